"""Files of cards or of entries of a calendar become records, an op a file: each entry is a row, matched and settled as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.content.card_fields import ORG
from crmcli.actions.content.folder_state import FolderState
from crmcli.actions.content.slots import told_oddities
from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.binding import Binding, bind
from crmcli.actions.importing.card_rejects import CardRejects
from crmcli.actions.importing.card_rows import CardRows
from crmcli.actions.importing.cards import CardReader, Notation, Oddities, how_read
from crmcli.actions.importing.changes import Sides
from crmcli.actions.importing.folder_given import FolderGiven
from crmcli.actions.importing.given import Given
from crmcli.actions.importing.outcome import ImportOutcome
from crmcli.actions.importing.rejects import ConflictFile
from crmcli.actions.importing.rows import Beside
from crmcli.engines.bulk import BulkOp
from crmcli.engines.road import Request
from crmcli.store.setup.import_map import MapPart
from crmcli_formats.contentlines import Component
from crmcli_formats.sheets import Row

if TYPE_CHECKING:
    from crmcli.store.book import Book

_STEP = 1_000


class EntryFiles(NamedTuple):
    """What is imported: where from, by which map, the entries with the names of their files, how they are read and called."""

    path: Path
    part: MapPart
    entries: Callable[[], Iterator[tuple[str, Component]]]
    reader: Callable[[Book, Binding, Notation], CardReader]
    notation: Notation
    suffix: str
    unit: str


def take_entries(book: Book, files: EntryFiles, asked: Asked, trouble_of: Callable[[Component], str]) -> ImportOutcome:
    """Import entries as one op; those with trouble, and those that make no record, go to `FILE.rejects.SUFFIX`."""
    part, path, system = files.part, files.path, files.notation.system
    columns = list(dict.fromkeys([*part.columns, *part.moves]))
    binding = bind(part, columns, book.setup, asked.to)
    reader = files.reader(book, binding, files.notation)
    folder, via, dry = asked.folder or Path.cwd(), f"import:{part.name}", asked.dry_run
    rejects, conflicts = CardRejects(folder, path, files.suffix), ConflictFile(folder, path)
    beside = Beside(None, None, asked.preview) if dry else Beside(rejects, None if asked.prefer else conflicts)
    odd = Oddities()
    try:
        with BulkOp(book, Request("import", via=via, dry_run=dry)) as op:
            state = FolderState(book, path) if path.is_dir() else None
            given = FolderGiven(book, via, state, files.notation.said) if state else Given(book, via)
            rows = CardRows(book, reader.binding, op, beside, Sides(given, asked.prefer), system, dry=dry)
            for source, entry in files.entries():
                rejects.source = source
                _take_entry(rows, reader, entry, given, odd, trouble_of)
                if asked.progress and rows.read % _STEP == 0:
                    asked.progress(rows.read)
            if not dry:
                rejects.close()
                conflicts.flush()
            done = op.finish()
            if state and not dry:
                state.save(done.op)
    except BaseException:
        rejects.discard()
        conflicts.discard()
        raise
    told = how_read(path, asked.choices.encoding) + told_oddities(odd.odd, odd.counts, system)
    return ImportOutcome(
        done.op,
        binding.type,
        rows.read,
        rows.new,
        rows.changed,
        rows.same,
        rows.refused,
        rows.beside,
        rows.skipped,
        str(rejects.path or ""),
        rows.preview,
        [*told, *done.notices],
        dry,
        rows.kept,
        str(conflicts.path or ""),
        decided=bool(asked.prefer),
        unit=files.unit,
    )


def _take_entry(
    rows: CardRows,
    reader: CardReader,
    entry: Component,
    given: Given,
    odd: Oddities,
    trouble_of: Callable[[Component], str],
) -> None:
    trouble = entry.trouble or trouble_of(entry)
    if trouble:
        rows.take(Row(entry.line, [entry.text], trouble))
        return
    folder = given if isinstance(given, FolderGiven) else None
    if folder:
        folder.begin(entry)
    found = reader.row_of(entry)
    company = next((column.position for column in reader.binding.columns if column.name == ORG), -1)
    if rows.take_card(found, reader.uid_cell(), company):
        odd.note(found)
        if folder:
            folder.agree(entry, rows.said)
