"""Writing Excel workbooks (ECMA-376) by XlsxWriter, of the extra `xlsx`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

from crmcli.errors import BadDataError
from crmcli.model.money import Money
from crmcli_formats.xlsx import NAME, WHOLE, ExtraMissingError

WIDEST = 60
"""Letters of a column's width."""
LONGEST_CELL = 32_767
"""Letters a cell may have."""
_FIRST_DAY = date(1900, 3, 1)
"""Before it a spreadsheet's calendar has a day that never was."""
_SAMPLED = 200
"""Rows that decide how wide columns are."""


class CellTooLongError(BadDataError):
    """A text that no cell of a workbook holds."""

    def __init__(self, column: str, row: int) -> None:
        super().__init__(
            f"{column} in row {row}: longer than the {LONGEST_CELL:,} letters a cell of a workbook may have",
            hint="export it as csv or jsonl, or leave the column out (--columns)",
        )


def write_table(path: Path, name: str, columns: list[str], rows: Iterable[Sequence[object]], currency: str) -> int:
    """Write one sheet: a bold first row that stays in view, a filter, columns as wide as their cells; return the rows written.

    Numbers, dates, times, flags and amounts in `currency` keep their types, everything else is text that is never run
    as a formula: what begins like one is marked as text (`quotePrefix`), so it is read back as it was.
    """
    try:
        import xlsxwriter  # noqa: PLC0415 - an extra
    except ImportError:
        raise ExtraMissingError("writing Excel files", NAME) from None
    source = iter(rows)
    first = list(islice(source, _SAMPLED))
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    writer = _Writer(book, book.add_worksheet(_sheet_name(name)), columns, currency)
    try:
        writer.open(first)
        for row in chain(first, source):
            writer.put(row)
    finally:
        writer.close()
    return writer.row


class _Writer:
    """Writes the rows of one sheet."""

    def __init__(self, book: Any, sheet: Any, columns: list[str], currency: str) -> None:  # noqa: ANN401 - the library's own classes
        self._book, self._sheet, self._columns = book, sheet, columns
        self._currency = currency
        self.row = 0
        self._forms: dict[str, Any] = {}

    def open(self, sample: Sequence[Sequence[object]]) -> None:
        for place, column in enumerate(self._columns):
            longest = max((_width(row[place]) for row in sample), default=0)
            self._sheet.set_column(place, place, min(WIDEST, max(longest, _width(column)) + 2))
        self._sheet.freeze_panes(1, 0)
        for place, column in enumerate(self._columns):
            self._sheet.write_string(0, place, column, self._form("bold"))

    def put(self, row: Sequence[object]) -> None:
        self.row += 1
        for place, value in enumerate(row):
            self._cell(place, value)

    def close(self) -> None:
        from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415 - an extra

        self._sheet.autofilter(0, 0, self.row, max(0, len(self._columns) - 1))
        try:
            self._book.close()
        except FileCreateError as error:  # it wraps what the system said
            raise error.args[0] from None

    def _cell(self, place: int, value: object) -> None:
        sheet, row = self._sheet, self.row
        if value is None or value == "":
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, place, value)
        elif isinstance(value, Money) and value.currency == self._currency and abs(value.amount) < WHOLE:
            sheet.write_number(row, place, float(value.amount), self._form(f'#,##0.00 "{value.currency}"'))
        elif isinstance(value, int | float) and abs(value) < WHOLE:
            sheet.write_number(row, place, value)
        elif isinstance(value, datetime) and value.date() >= _FIRST_DAY:
            sheet.write_datetime(row, place, value.replace(tzinfo=None), self._form("yyyy-mm-dd hh:mm:ss"))
        elif isinstance(value, date) and not isinstance(value, datetime) and value >= _FIRST_DAY:
            sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), self._form("yyyy-mm-dd"))  # noqa: DTZ001
        else:
            self._text(place, _as_text(value))

    def _text(self, place: int, text: str) -> None:
        if len(text) > LONGEST_CELL:
            raise CellTooLongError(self._columns[place], self.row + 1)
        form = self._form("text") if text[:1] in _LIKE_FORMULAS else None
        self._sheet.write_string(self.row, place, text, form)

    def _form(self, name: str) -> Any:  # noqa: ANN401
        if name not in self._forms:
            words = {"bold": {"bold": True}, "text": {"quote_prefix": True}}.get(name, {"num_format": name})
            self._forms[name] = self._book.add_format(words)
        return self._forms[name]


_LIKE_FORMULAS = frozenset("=+-@\t\r＝＋－＠")
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def _sheet_name(name: str) -> str:
    return name.translate(_NOT_IN_NAMES).strip()[:31] or "Sheet1"


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _width(value: object) -> int:
    """How wide a cell is shown, in letters; wide ones count twice."""
    text = "" if value is None else str(value).partition("\n")[0][: WIDEST + 1]
    return sum(1 if ord(letter) < 0x1100 else 2 for letter in text)
