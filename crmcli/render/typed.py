"""A table's cells as values with types, for files that have them: numbers, flags, days, moments, amounts of money.

What a column holds is decided over all of its cells, by what scripts are given: a column is of days when every cell is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal

from crmcli.model.money import Money
from crmcli.reports.cells import Cell
from crmcli.reports.table import Column, Table

_MONEY = {"amount", "currency"}
_DAY, _MOMENT = 10, 19


def typed_rows(table: Table, *, percent: bool = False) -> Iterator[list[object]]:
    """The rows of a table; an empty cell is None, a percentage a text (`15%`) or with `percent` a fraction."""
    readers = [
        _reader(column, [row[place] for row in table.rows], percent=percent)
        for place, column in enumerate(table.columns)
    ]
    for row in table.rows:
        yield [None if cell is None else read(cell) for read, cell in zip(readers, row, strict=True)]


def _reader(column: Column, cells: list[Cell], *, percent: bool) -> Callable[[Cell], object]:
    """How the cells of a column are read."""
    to_json, to_text = column.form.json, column.form.script

    def read(cell: Cell) -> object:
        value = to_json(cell) if to_json else cell
        if isinstance(value, dict) and set(value) == _MONEY:
            return Money(Decimal(value["amount"]), value["currency"])
        if isinstance(value, list):
            return "\n".join(value) if all(isinstance(item, str) for item in value) else _text(to_text, cell)
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int | float):
            text = _text(to_text, cell)
            return text if text.endswith("%") and not percent else value
        return value if isinstance(value, str) else _text(to_text, cell)

    texts = [value for cell in cells if cell is not None and (value := read(cell)) != ""]
    parse = next((found for found in (_day, _moment) if texts and all(found(text) for text in texts)), None)
    return read if parse is None else lambda cell: parse(read(cell)) or None


def _text(to_text: Callable[[Cell], str] | None, cell: Cell) -> str:
    return to_text(cell) if to_text else str(cell)


def _day(value: object) -> date | None:
    if not isinstance(value, str) or len(value) != _DAY or value[4] != "-" or value[7] != "-":
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str) or len(value) < _MOMENT or value[10] != "T":
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None
