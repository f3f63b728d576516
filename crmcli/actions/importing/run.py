"""`import_file`: a file becomes records by a map of the book, as one op that `undo` takes back whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.importing.binding import bind, some_of
from crmcli.actions.importing.preview import PreviewLine
from crmcli.actions.importing.rejects import HEADER, RejectFile
from crmcli.actions.importing.rows import Rows
from crmcli.engines.bulk import BulkOp
from crmcli.engines.road import Request
from crmcli.errors import BadDataError
from crmcli.model.schema import RecordType
from crmcli.store.setup.import_map import MapMissingError, MapPart, import_map_names, load_import_map
from crmcli_formats.csv import SEPARATORS, Table

if TYPE_CHECKING:
    from crmcli.store.book import Book

PREVIEW = 10
"""Rows that a dry run shows."""
_STEP = 10_000


class RowsRefusedError(BadDataError):
    """Some rows were not taken; the others are imported."""

    def __init__(self, outcome: ImportOutcome) -> None:
        count = f"{outcome.refused:,} of {outcome.rows:,} rows"
        if outcome.dry:
            super().__init__(f"{count} would be refused", hint="the others would be imported")
            return
        written = "the others are imported" if outcome.rows > outcome.refused else "nothing was imported"
        super().__init__(
            f"{count} were refused; {written}",
            hint=f"{outcome.rejects} says why, row by row; mend them there and import that file with the same map",
        )


class ImportOutcome(NamedTuple):
    """What came of a file. Rows are counted once: new, changed, same or refused.

    `op` is "" when nothing changed. `beside` counts records made because rows refer to them or hold them, by plural;
    `skipped` references left out. `rejects` is the file of refused rows, "" without one.
    """

    op: str
    type: RecordType
    rows: int
    new: int
    changed: int
    same: int
    refused: int
    beside: Mapping[str, int]
    skipped: int
    rejects: str
    preview: Sequence[PreviewLine]
    notices: list[str]
    dry: bool


def import_file(
    book: Book,
    path: Path,
    by: str,
    *,
    to: str = "",
    dry_run: bool = False,
    preview: int = PREVIEW,
    folder: Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> ImportOutcome:
    """Import a CSV or TSV file by the map `by` (`maven`, or `maven.accounts` for a part of it).

    Refused rows go to `FILE.rejects.csv` in `folder` (the current one) and stop nothing. Raises what is wrong with the file
    (exit 6), the map (2, 6) or its words (2), and a hook's veto (7); nothing is written then.
    """
    part = _part(book, path, by)
    with Table(path) as table:
        binding = bind(part, table.header, book.setup, to)
        rejects = RejectFile(folder or Path.cwd(), path, table.header, table.separator)
        request = Request("import", via=f"import:{part.name}", dry_run=dry_run)
        try:
            with BulkOp(book, request) as op:
                rows = Rows(book, binding, op, rejects if not dry_run else None, preview if dry_run else 0)
                _take_all(rows, table, progress)
                if not dry_run:
                    rejects.flush()
                done = op.finish()
        except BaseException:
            rejects.discard()
            raise
    read = f"read as UTF-8, cells separated by {SEPARATORS[table.separator]}"
    unused = [name for name in binding.unused if name not in HEADER]
    left = [f"columns that the map does not mention, left out: {some_of(unused)}"] if unused else []
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
        [read, *left, *done.notices],
        dry_run,
    )


def _part(book: Book, path: Path, by: str) -> MapPart:
    """The map's part for a file; `by` is a map, or a map and a part."""
    known = import_map_names(book.root)
    name, dot, asked = by.rpartition(".")
    if by in known or not dot:
        name, asked = by, ""
    if not name:
        raise MapMissingError("", known)
    return load_import_map(book.root, name).part_for(path.stem, asked)


def _take_all(rows: Rows, table: Table, progress: Callable[[int], None] | None) -> None:
    for row in table:
        rows.take(row)
        if progress and rows.read % _STEP == 0:
            progress(rows.read)
    rows.take_waiting()
