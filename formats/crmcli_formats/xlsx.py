"""Excel workbooks (ECMA-376): read by python-calamine, written by XlsxWriter, both in the extra `xlsx`.

Reading: dates, numbers and flags come as they were typed, formulas as the values the spreadsheet program computed
last. The first row with anything in it names the columns. A merged block has its value in its first row; cells merged
downwards all have it. Hidden sheets and those of charts are left out.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crmcli.errors import BadDataError, CrmError, UsageError
from crmcli.text.nearest import nearest
from crmcli_formats.csv import TableEmptyError
from crmcli_formats.lines import open_plain
from crmcli_formats.sheets import Choices, Row, Sheet
from crmcli_formats.xlsx_room import MOST_CELLS, too_roomy

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

NAME: Final = "xlsx"
TITLE: Final = "Excel workbook"
SUFFIXES: Final = (".xlsx", ".xlsm")
WHAT: Final = "tables"

LARGEST = 1 << 30
"""Bytes that a workbook may have unpacked."""
WHOLE = 10**15
"""Above this a spreadsheet's numbers are no longer exact."""


class ExtraMissingError(CrmError):
    """What reads and writes such files is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs the extra `{extra}`", hint=f"install it: pip install 'crmcli[{extra}]'")


class WorkbookBrokenError(BadDataError):
    """A workbook that cannot be opened."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path}: not a workbook that can be read: {why}", hint="open it in a spreadsheet program and save it again"
        )


class SheetMissingError(UsageError):
    """`--sheet` names none."""

    def __init__(self, path: Path, name: str, known: list[str]) -> None:
        near = next(iter(nearest(name, known)), "")
        super().__init__(
            f"{path} has no sheet {name!r}", hint=f"did you mean {near!r}?" if near else f"it has {', '.join(known)}"
        )


def recognise(head: bytes, name: str) -> bool:
    """A zip archive with a workbook in it."""
    return head.startswith(b"PK\x03\x04") and (b"xl/" in head or name.casefold().endswith(SUFFIXES))


@contextmanager
def open_tables(path: Path, choices: Choices) -> Iterator[Iterator[Sheet]]:
    """The sheets that have anything in them, or the one that was named; raises `TableEmptyError` where none has."""
    book = _open(path)
    try:
        yield _sheets(path, book, choices.sheet)
    finally:
        book.close()


def _open(path: Path) -> CalamineWorkbook:
    try:
        from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - an extra
    except ImportError:
        raise ExtraMissingError("reading Excel files", NAME) from None
    with open_plain(path) as file:
        try:
            archive = zipfile.ZipFile(file)
            if sum(part.file_size for part in archive.infolist()) > LARGEST:
                raise WorkbookBrokenError(path, f"it has more than {LARGEST:,} bytes unpacked")
            roomy = too_roomy(archive)
            if roomy:
                raise WorkbookBrokenError(path, f"{roomy} has more than {MOST_CELLS:,} cells up to its last")
            file.seek(0)
            return CalamineWorkbook.from_object(file)
        except (CalamineError, zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, RuntimeError) as error:
            raise WorkbookBrokenError(path, str(error)) from None


def _sheets(path: Path, book: CalamineWorkbook, wanted: str) -> Iterator[Sheet]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415 - an extra

    shown = [
        found.name
        for found in book.sheets_metadata
        if found.typ == SheetTypeEnum.WorkSheet and found.visible == SheetVisibleEnum.Visible
    ]
    if wanted and wanted not in book.sheet_names:
        raise SheetMissingError(path, wanted, shown)
    any_rows = False
    for name in [wanted] if wanted else shown:
        sheet = _sheet(path, book, name, alone=wanted != "" or len(shown) == 1)
        if sheet is not None:
            any_rows = True
            yield sheet
    if not any_rows:
        raise TableEmptyError(path)


def _sheet(path: Path, book: CalamineWorkbook, name: str, *, alone: bool) -> Sheet | None:
    try:
        found = book.get_sheet_by_name(name)
    except BaseException as error:  # no common class, and what fails in it is no `Exception` at all
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise WorkbookBrokenError(path, f"sheet {name}: {error}") from None
    rows = _rows(found)
    header = next((row for row in rows if any(row.cells)), None)
    if header is None:
        return None
    names = list(header.cells)
    while not names[-1]:
        names.pop()
    told = (f"read the sheet {name!r}",) if not alone else ()
    return Sheet(name, names, _below(rows, len(names)), told, typed=True)


def _below(rows: Iterator[Row], width: int) -> Iterator[Row]:
    for row in rows:
        if any(row.cells[width:]):
            yield row._replace(trouble="a cell to the right of the last column that has a name")
        elif any(row.cells):
            yield row._replace(cells=[*row.cells[:width], *[""] * (width - len(row.cells))])


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    """Rows with their numbers in the sheet; what is merged downwards is in each of its rows."""
    merged = {
        (row, left): (top, left)
        for (top, left), (bottom, _) in sheet.merged_cell_ranges or []
        for row in range(top + 1, min(bottom, top + sheet.total_height) + 1)
    }
    left = sheet.start[1] if sheet.start else 0
    kept: dict[tuple[int, int], str] = {}
    firsts = set(merged.values())
    for number, values in enumerate(sheet.iter_rows()):
        cells = [_text(value) for value in values]
        if merged:
            for column in range(len(cells)):
                place = (number, column + left)
                if place in firsts:
                    kept[place] = cells[column]
                elif place in merged:
                    cells[column] = kept.get(merged[place], "")
        yield Row(number + 1, cells)


def _text(value: Any) -> str:  # noqa: ANN401 - whatever a cell holds
    """A cell as text: ISO dates, numbers with a point and as exact as the spreadsheet keeps them."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < WHOLE else format(value, ".15g")
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes" if not value.second else "seconds")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return "" if value is None else str(value)
