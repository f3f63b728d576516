"""Questions about one row before it is written: the row as the index would have it, a table of one line under alias `r`."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from crmcli.engines.conditions import ConditionWrongError
from crmcli.engines.expressions import formula_of
from crmcli.errors import UsageError
from crmcli.model.money import from_minor
from crmcli.model.schema import Field
from crmcli.model.types import type_named
from crmcli.model.types.row import Cells, written
from crmcli.store.index.rows_in import RowsContext, RowsPlace, rows_found, rows_plan

if TYPE_CHECKING:
    from crmcli.model.record import Record
    from crmcli.model.schema import RecordType
    from crmcli.model.types.base import SqlValue
    from crmcli.query.sql import SqlArgument
    from crmcli.query.value_sql import ValueSql
    from crmcli.store.book import Book

_EXACT = Decimal("0.000001")
"""Numbers come from floating point: a millionth is as fine as files hold."""


class RowQuestions:
    """Rows of `record` that can be asked one by one; money counts in the book's currency at the record's rate."""

    def __init__(self, book: Book, row_type: RecordType, record: Record) -> None:
        self._book = book
        self._plan = rows_plan(row_type, book.setup)
        self._place = RowsPlace(record, Field("rows", row_type.name, many=True, embedded=True))
        self._context = RowsContext(book.context, book.index.rates, {})
        columns = ", ".join(f'? AS "{name}"' for name, _ in self._plan.columns)
        self._table = f"(SELECT {columns}) r"

    def ask(self, item: str, text: str, params: tuple[SqlArgument, ...] = ()) -> tuple[SqlValue, ...]:
        """What SQL expressions on alias `r` are for a row ("" for one without any column)."""
        found = rows_found(self._plan, self._place, [item] if item else [], self._context).rows
        values = found[0] if found else (None,) * len(self._plan.columns)
        row = self._book.index.row(f"SELECT {text} FROM {self._table}", (*params, *values))
        return tuple(row) if row is not None else ()


def computed_cell(book: Book, row_type: RecordType, column: Field, cells: Cells, record: Record) -> str:
    """What a column's default in parentheses is for a row, "" for nothing.

    Raises `ValueRefused`, and `ConditionWrongError` (exit 6) for one that cannot be read.
    """
    try:
        sql = formula_of(book, row_type, column, column.default.strip()[1:-1]).sql
    except UsageError as error:
        raise ConditionWrongError(row_type, column, "default", error) from None
    if sql is None:
        return book.me if "@" not in book.me else ""
    kept = {name: value for name, value in cells.items() if value}
    raw = () if sql.params else sql.raw
    item = written(kept, row_type.fields) if kept else ""
    value, *whole = RowQuestions(book, row_type, record).ask(item, ", ".join([sql.text, *raw]), sql.params)
    kind = type_named(column)
    if raw and sql.field is not None and sql.field.type == column.type and not sql.many:
        return kind.from_index(tuple(whole), column, book.context)
    if value is None:
        return ""
    text = _typed(book, column, sql, value)
    return text if column.reference else kind.parse(text, column, book.context)


def _typed(book: Book, column: Field, sql: ValueSql, value: SqlValue) -> str:
    """A value as a person would type it into the column."""
    if sql.family == "money" and column.type == "money":
        currency = book.context.currency
        return f"{from_minor(int(Decimal(str(value)).quantize(Decimal(1), ROUND_HALF_EVEN)), currency)} {currency}"
    if sql.family in ("number", "money"):
        number = (Decimal(str(value)) / sql.scale).quantize(_EXACT, ROUND_HALF_EVEN)
        return f"{(number * 100).normalize():f}%" if column.type == "percent" else f"{number.normalize():f}"
    if sql.family == "flag":
        return "yes" if value else "no"
    return str(value)
