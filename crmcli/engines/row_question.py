"""Questions about one row before it is written: the row as the index would have it, a table of one line under alias `r`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.engines.conditions import ALWAYS, ConditionWrongError, compiled, text_of
from crmcli.engines.expressions import formula_of, read_value, typed_text
from crmcli.errors import UsageError
from crmcli.model.schema import Field
from crmcli.model.types import type_named
from crmcli.model.types.row import Cells, written
from crmcli.query.failures import QueryError
from crmcli.store.index.rows_in import RowsContext, RowsPlace, RowsPlan, rows_found, rows_plan

if TYPE_CHECKING:
    from crmcli.engines.expressions import Formula
    from crmcli.model.record import Record
    from crmcli.model.schema import RecordType
    from crmcli.model.types.base import SqlValue
    from crmcli.query.sql import Sql, SqlArgument
    from crmcli.store.book import Book


class RowRule(NamedTuple):
    """A condition of a column: `need` or `must`, on alias `r` of the row."""

    column: Field
    word: str
    sql: Sql


def row_rules(book: Book, row_type: RecordType, word: str) -> list[RowRule]:
    """The conditions of an embedded type's columns under `need` or `must`; raises `ConditionWrongError` (exit 6)."""
    found = []
    for column in row_type.fields.values():
        text = text_of(column, word)
        if not text or text == ALWAYS:
            continue
        try:
            found.append(RowRule(column, word, compiled(row_type, text, book.query_env())))
        except QueryError as error:
            raise ConditionWrongError(row_type, column, word, error) from None
    return found


class RowQuestions:
    """Asks rows one by one; money counts in the book's currency at the record's rate. What is asked is compiled once."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._plans: dict[str, RowsPlan] = {}
        self._formulas: dict[tuple[str, str], Formula] = {}
        self._rules: dict[tuple[str, str], list[RowRule]] = {}

    def rules(self, row_type: RecordType, word: str) -> list[RowRule]:
        """As `row_rules`."""
        key = (row_type.name, word)
        if key not in self._rules:
            self._rules[key] = row_rules(self.book, row_type, word)
        return self._rules[key]

    def ask(
        self, row_type: RecordType, record: Record, item: str, text: str, params: tuple[SqlArgument, ...] = ()
    ) -> tuple[SqlValue, ...]:
        """What SQL expressions on alias `r` are for a row of `record` ("" for one without any column)."""
        if row_type.name not in self._plans:
            self._plans[row_type.name] = rows_plan(row_type, self.book.setup)
        plan = self._plans[row_type.name]
        place = RowsPlace(record, Field("rows", row_type.name, many=True, embedded=True))
        context = RowsContext(self.book.context, self.book.index.rates, {})
        found = rows_found(plan, place, [item] if item else [], context).rows
        values = found[0] if found else (None,) * len(plan.columns)
        columns = ", ".join(f'? AS "{name}"' for name, _ in plan.columns)
        row = self.book.index.row(f"SELECT {text} FROM (SELECT {columns}) r", (*params, *values))
        return tuple(row) if row is not None else ()

    def default(self, row_type: RecordType, column: Field, cells: Cells, record: Record) -> str:
        """What a column's default in parentheses is for a row as far as it is known, "" for nothing.

        Raises `ValueRefused`, and `ConditionWrongError` (exit 6) for one that cannot be read.
        """
        sql = self._formula(row_type, column).sql
        if sql is None:
            return self.book.me if "@" not in self.book.me else ""
        kept = {name: value for name, value in cells.items() if value}
        raw = () if sql.params else sql.raw
        item = written(kept, row_type.fields) if kept else ""
        value, *whole = self.ask(row_type, record, item, ", ".join([sql.text, *raw]), sql.params)
        if raw and sql.field is not None and sql.field.type == column.type and not sql.many:
            return type_named(column).from_index(tuple(whole), column, self.book.context)
        text = typed_text(self.book, column, sql, value)
        return read_value(self.book, column, sql, text) if text else ""

    def _formula(self, row_type: RecordType, column: Field) -> Formula:
        key = (row_type.name, column.name)
        if key not in self._formulas:
            try:
                self._formulas[key] = formula_of(self.book, row_type, column, column.default.strip()[1:-1])
            except UsageError as error:
                raise ConditionWrongError(row_type, column, "default", error) from None
        return self._formulas[key]
