"""Address cards become people, and those of organisations customers; a card that was imported before changes its record.

A file, or a folder of files as phones and khard keep them, is one op for the people in it, and one before it for the
organisations that have cards of their own. What no field holds is kept with the record (`docs/formats.md`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.content.card_fields import ORG, SYSTEM, usual_map
from crmcli.actions.content.card_map import PERSON, company_type, own_map
from crmcli.actions.content.folder_state import FolderState
from crmcli.actions.content.slots import told_oddities
from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.binding import bind
from crmcli.actions.importing.card_rejects import CardRejects
from crmcli.actions.importing.card_rows import CardRows
from crmcli.actions.importing.cards import CardReader, Oddities, cards_in, how_read, is_company, other_kind
from crmcli.actions.importing.changes import Sides
from crmcli.actions.importing.folder_given import FolderGiven
from crmcli.actions.importing.given import Given
from crmcli.actions.importing.outcome import ImportOutcome
from crmcli.actions.importing.rejects import ConflictFile
from crmcli.actions.importing.rows import Beside
from crmcli.engines.bulk import BulkOp
from crmcli.engines.road import Request
from crmcli.errors import UsageError
from crmcli.store.setup.import_map import MapPart, load_import_map
from crmcli_formats.contentlines import Component
from crmcli_formats.registry import Format
from crmcli_formats.sheets import Row

if TYPE_CHECKING:
    from crmcli.store.book import Book

_STEP = 1_000


class CardTypeMissingError(UsageError):
    """Cards, and no record type that they are of."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"cards become records of the type {name}, which this book has not",
            hint="say which: crm import FILE --to TYPE",
        )


class _Task(NamedTuple):
    book: Book
    path: Path
    asked: Asked
    part: MapPart
    companies: bool  # whether these are the cards of organisations


def take(book: Book, path: Path, form: Format, asked: Asked) -> list[ImportOutcome]:
    """Import the cards of a file or a folder; refused ones go to `FILE.rejects.vcf` and stop nothing."""
    del form
    people = _people(book, asked)
    company = company_type(book, people)
    found = []
    if company is not None and any(
        is_company(card) for _, card in cards_in(path, asked.choices.encoding) if not card.trouble
    ):
        found.append(_take(_Task(book, path, asked, usual_map(company), companies=True)))
    outcome = _take(_Task(book, path, asked, people, companies=False), alone=company is None)
    return [*found, outcome] if outcome.rows or not found else found


def _people(book: Book, asked: Asked) -> MapPart:
    if asked.by:
        name, _, part = asked.by.partition(".")
        return load_import_map(book.root, name).part_for("", part)
    own = own_map(book)
    if own is not None and not asked.to:
        return own
    wanted = asked.to or PERSON
    record_type = book.setup.types.get(wanted) or book.setup.by_plural(wanted)
    if record_type is None or record_type.embedded:
        raise CardTypeMissingError(wanted)
    return usual_map(record_type)


def _take(task: _Task, *, alone: bool = False) -> ImportOutcome:
    book, path, asked, part, _ = task
    binding = bind(part, list(part.columns), book.setup, "" if task.companies else asked.to)
    reader = CardReader(book, binding)
    folder, via, dry = asked.folder or Path.cwd(), f"import:{part.name}", asked.dry_run
    rejects, conflicts = CardRejects(folder, path), ConflictFile(folder, path)
    beside = Beside(None, None, asked.preview) if dry else Beside(rejects, None if asked.prefer else conflicts)
    odd = Oddities()
    try:
        with BulkOp(book, Request("import", via=via, dry_run=dry)) as op:
            state = FolderState(book, path) if path.is_dir() else None
            given = FolderGiven(book, via, state) if state else Given(book, via)
            rows = CardRows(book, reader.binding, op, beside, Sides(given, asked.prefer), dry=dry)
            for source, card in _cards(task, alone=alone):
                rejects.source = source
                if isinstance(given, FolderGiven):
                    given.begin(card)
                taken = _take_card(rows, reader, card, odd)
                if isinstance(given, FolderGiven) and taken:
                    given.agree(card, rows.said)
                if asked.progress and rows.read % _STEP == 0:
                    asked.progress(rows.read)
            if not dry:
                rejects.flush()
                conflicts.flush()
            done = op.finish()
        if state and not dry:
            state.save(done.op)
    except BaseException:
        rejects.discard()
        conflicts.discard()
        raise
    told = how_read(path, asked.choices.encoding) + told_oddities(odd.odd, odd.counts, SYSTEM)
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
        unit="card",
    )


def _cards(task: _Task, *, alone: bool) -> Iterator[tuple[str, Component]]:
    """The cards of this pass: those of organisations, or all others and the broken ones."""
    for source, card in cards_in(task.path, task.asked.choices.encoding):
        company = not card.trouble and not alone and is_company(card)
        if company == task.companies:
            yield source, card


def _take_card(rows: CardRows, reader: CardReader, card: Component, odd: Oddities) -> bool:
    """Take a card, or refuse it; whether it was taken."""
    trouble = card.trouble or other_kind(card)
    if trouble:
        rows.take(Row(card.line, [card.text], trouble))
        return False
    found = reader.row_of(card)
    company = next((c.position for c in reader.binding.columns if c.name == ORG), -1)
    taken = rows.take_card(found, reader.uid_cell(), company)
    if taken:
        odd.note(found)
    return taken
