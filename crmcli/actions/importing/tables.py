"""Rows of a table become records by a map of the book (`imports/NAME.toml`), a sheet an op."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.binding import bind, some_of
from crmcli.actions.importing.outcome import ImportOutcome
from crmcli.actions.importing.rejects import HEADER, RejectFile
from crmcli.actions.importing.rows import Rows
from crmcli.engines.bulk import BulkOp
from crmcli.engines.road import Request
from crmcli.store.setup.import_map import MapMissingError, MapPart, import_map_names, load_import_map
from crmcli_formats.registry import Format, TableFormat
from crmcli_formats.sheets import Sheet

if TYPE_CHECKING:
    from crmcli.store.book import Book

_STEP = 10_000


def take(book: Book, path: Path, form: Format, asked: Asked) -> list[ImportOutcome]:
    """Import the sheets of a file; refused rows go to `FILE.rejects.csv` and stop nothing."""
    part = _part(book, path, asked.by)
    with cast("TableFormat", form).open_tables(path, asked.choices) as sheets:
        return [_take_sheet(book, path, sheet, part, asked) for sheet in sheets]


def _take_sheet(book: Book, path: Path, sheet: Sheet, part: MapPart, asked: Asked) -> ImportOutcome:
    binding = bind(part, sheet.header, book.setup, asked.to)
    rejects = RejectFile(asked.folder or Path.cwd(), path, sheet.header, sheet.separator)
    request = Request("import", via=f"import:{part.name}", dry_run=asked.dry_run)
    dry = asked.dry_run
    try:
        with BulkOp(book, request) as op:
            rows = Rows(book, binding, op, None if dry else rejects, asked.preview if dry else 0)
            _take_all(rows, sheet, asked.progress)
            if not dry:
                rejects.flush()
            done = op.finish()
    except BaseException:
        rejects.discard()
        raise
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
        [*sheet.told, *left, *done.notices],
        dry,
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


def _take_all(rows: Rows, sheet: Sheet, progress: Callable[[int], None] | None) -> None:
    for row in sheet.rows:
        rows.take(row)
        if progress and rows.read % _STEP == 0:
            progress(rows.read)
    rows.take_waiting()
