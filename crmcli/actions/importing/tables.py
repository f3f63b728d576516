"""Rows of a table become records by a map of the book (`imports/NAME.toml`), a sheet an op."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.binding import bind, some_of
from crmcli.actions.importing.changes import Sides
from crmcli.actions.importing.fitting import fitted
from crmcli.actions.importing.given import Given
from crmcli.actions.importing.joining import joined_rows
from crmcli.actions.importing.outcome import ImportOutcome
from crmcli.actions.importing.rejects import HEADER, ConflictFile, RejectFile
from crmcli.actions.importing.rows import Beside, Rows
from crmcli.actions.importing.survey import is_asked, survey
from crmcli.engines.bulk import BulkOp
from crmcli.engines.road import Request
from crmcli.store.setup.import_map import (
    ImportMap,
    MapMissingError,
    MapPart,
    MapPartMissingError,
    MapWordError,
    import_map_names,
    known_map,
    load_import_map,
)
from crmcli_formats.registry import Format, TableFormat
from crmcli_formats.sheets import Row, Sheet

if TYPE_CHECKING:
    from crmcli.store.book import Book

_STEP = 10_000


def take(book: Book, path: Path, form: Format, asked: Asked) -> list[ImportOutcome]:
    """Import the sheets of a file; refused rows go to `FILE.rejects.csv` and stop nothing."""
    tables = cast("TableFormat", form)
    task = _Task(book, path, tables, asked)
    found = (asked.map, "") if asked.map else _map(book, asked.by) if asked.by else _known(task)
    left_out = _misfits(task, found)
    with tables.open_tables(path, asked.choices) as sheets:
        taken = [
            _take_sheet(task, sheet, *_fitted(task, found, sheet)) for sheet in sheets if sheet.name not in left_out
        ]
    taken[0].notices.extend(left_out.values())
    return taken


def _misfits(task: _Task, found: tuple[ImportMap, str]) -> dict[str, str]:
    """The sheets that the map is not for, with a sentence each; raises what is wrong where it is for none.

    All sheets are held against the map before any row is taken, so that what is wrong with it leaves nothing half done.
    """
    errors: dict[str, MapWordError | MapPartMissingError] = {}
    fitting = 0
    with task.tables.open_tables(task.path, task.asked.choices) as sheets:
        for sheet in sheets:
            try:
                part, _ = _fitted(task, found, sheet)
                bind(part, sheet.header, task.book.setup, task.asked.to)
                fitting += 1
            except (MapWordError, MapPartMissingError) as error:
                errors[sheet.name] = error
    if errors and not fitting:
        raise next(iter(errors.values()))
    return {name: f"the sheet {name!r} left out: {error}" for name, error in errors.items()}


class _Task(NamedTuple):
    book: Book
    path: Path
    tables: TableFormat
    asked: Asked


def _take_sheet(task: _Task, sheet: Sheet, part: MapPart, fitting: list[str]) -> ImportOutcome:
    book, path, tables, asked = task
    binding = bind(part, sheet.header, book.setup, asked.to)
    noted: list[str] = []
    if not sheet.typed and is_asked(binding):
        with tables.open_tables(path, asked.choices._replace(sheet=sheet.name)) as again:
            binding, noted = survey(path, joined_rows(next(again).rows, binding.joins), binding, asked)
    folder, via, dry = asked.folder or Path.cwd(), f"import:{part.name}", asked.dry_run
    rejects = RejectFile(folder, path, sheet.header, sheet.separator)
    conflicts = ConflictFile(folder, path)
    beside = Beside(None, None, asked.preview) if dry else Beside(rejects, None if asked.prefer else conflicts)
    try:
        with BulkOp(book, Request("import", via=via, dry_run=dry)) as op:
            rows = Rows(book, binding, op, beside, Sides(Given(book, via), asked.prefer))
            _take_all(rows, joined_rows(sheet.rows, binding.joins), asked.progress)
            rows.let_go()
            if not dry:
                rejects.flush()
                conflicts.flush()
            done = op.finish()
    except BaseException:
        rejects.discard()
        conflicts.discard()
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
        [*sheet.told, *fitting, *noted, *left, *done.notices],
        dry,
        rows.kept,
        str(conflicts.path or ""),
        decided=bool(asked.prefer),
    )


def _map(book: Book, by: str) -> tuple[ImportMap, str]:
    """The map, and the part of it that was named; `by` is a map, or a map and a part."""
    known = import_map_names(book.root)
    name, dot, asked = by.rpartition(".")
    if by in known or not dot:
        name, asked = by, ""
    return load_import_map(book.root, name), asked


def _known(task: _Task) -> tuple[ImportMap, str]:
    """The map by whose `header` one of the sheets is known; raises `MapMissingError` (exit 2) where none is."""
    root = task.book.root
    with task.tables.open_tables(task.path, task.asked.choices) as sheets:
        found = next((known for sheet in sheets if (known := known_map(root, sheet.header))), None)
    if found is None:
        raise MapMissingError("", import_map_names(root))
    return found[0], ""


def _fitted(task: _Task, found: tuple[ImportMap, str], sheet: Sheet) -> tuple[MapPart, list[str]]:
    """The part for a sheet with the columns it has, and what is to be said of it."""
    part = _part(found, task.path, sheet, task.asked)
    part_here, told = fitted(part, sheet.header, task.book.setup, task.asked.to)
    if (task.asked.by or task.asked.map) and not part.shipped:
        return part_here, told
    whose = "which comes with the program" if part.shipped else f"in {part.path}"
    how = "" if task.asked.by else ", known by the columns"
    return part_here, [f"read as {part.called}, {whose}{how}", *told]


def _part(found: tuple[ImportMap, str], path: Path, sheet: Sheet, asked: Asked) -> MapPart:
    """The part for a sheet: the one that was named, that knows its columns, or is called as the sheet or the file is."""
    maps, named = found
    if not named and (known := maps.known_by(sheet.header)) is not None:
        return known
    if not named and sheet.name and not asked.choices.sheet:
        called = {name.casefold(): part for name, part in maps.parts.items()}
        if sheet.name.casefold() in called:
            return called[sheet.name.casefold()]
    return maps.part_for(path.stem, named)


def _take_all(rows: Rows, given: Iterable[Row], progress: Callable[[int], None] | None) -> None:
    for row in given:
        rows.take(row)
        if progress and rows.read % _STEP == 0:
            progress(rows.read)
    rows.take_waiting()
