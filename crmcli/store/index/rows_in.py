"""Rows inside records in the index: the tables `rows_<plural>` of the embedded types, and what fills them (docs/index.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.problem import Problem
from crmcli.model.types import type_named
from crmcli.model.types.base import FieldType, SqlValue, ValueContext, ValueRefused
from crmcli.model.types.row import checked_cell, column_named, read_cells, written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crmcli.model.record import Record
    from crmcli.model.schema import Field, RecordType, Setup
    from crmcli.store.index.rates import Rates

HEAD: tuple[tuple[str, str], ...] = (("type", "TEXT"), ("id", "TEXT"), ("field", "TEXT"), ("pos", "INTEGER"))
"""The record a row is in, its field there, and its place in it, from 1."""


class ColumnPlan(NamedTuple):
    """One column of an embedded type with its field type at hand."""

    field: Field
    type: FieldType
    place: int  # of its first column in the table
    width: int
    target: str  # the plural a reference points into, "" where each value says it
    worded: bool  # its text is looked for by `find`


class RowsPlan(NamedTuple):
    """The shape of `rows_<plural>`: one table for an embedded type, whatever records its rows are in."""

    type: RecordType
    table: str
    columns: tuple[tuple[str, str], ...]
    indexed: tuple[str, ...]
    fields: tuple[ColumnPlan, ...]
    insert: str


class RowsFound(NamedTuple):
    """What the rows of one field are in the index; `texts` are those that can be read, as written in files."""

    texts: list[str]
    rows: list[tuple[SqlValue, ...]]
    refs: list[tuple[SqlValue, ...]]
    words: list[str]
    problems: list[Problem]


class RowsContext(NamedTuple):
    """What the index of rows depends on besides the record."""

    values: ValueContext
    rates: Rates
    followed: Mapping[tuple[str, str], str]


def rows_plan(embedded: RecordType, setup: Setup) -> RowsPlan:
    """Work out the table of an embedded type."""
    columns = list(HEAD)
    indexed: list[str] = []
    fields: list[ColumnPlan] = []
    for field in embedded.fields.values():
        if field.calc:
            continue
        kind = type_named(field)
        own = kind.columns(field)
        target = setup.types[field.reference].plural if field.reference in setup.types else ""
        worded = kind.family in ("text", "none") and field.type != "json"
        fields.append(ColumnPlan(field, kind, len(columns), len(own), target, worded))
        columns += [(field.name + column.suffix, column.sql) for column in own]
        indexed += [field.name] if field.reference else []
    table = f"rows_{embedded.plural}"
    insert = f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(columns))})'
    return RowsPlan(embedded, table, tuple(columns), tuple(indexed), tuple(fields), insert)


class RowsPlace(NamedTuple):
    """Where rows are: their record, their field, the file and the line it begins on."""

    record: Record
    field: Field
    path: str = ""
    line: int = 0


def rows_found(plan: RowsPlan, place: RowsPlace, items: Sequence[str], context: RowsContext) -> RowsFound:
    """Read the rows of one field of a record; a value its column cannot hold is empty, and a problem beside it."""
    reading = _Reading(plan, place, context)
    for pos, item in enumerate(items, 1):
        reading.take(pos, item)
    return reading.found


class _Reading:
    """The rows of one field while they are read."""

    def __init__(self, plan: RowsPlan, place: RowsPlace, context: RowsContext) -> None:
        self._plan = plan
        self._place = place
        self._context = context
        self._day = next((t[:10] for n in ("close", "date", "created") if (t := place.record.text(n))), "")
        self._first: dict[str, int] = {}  # of equal rows
        self.found = RowsFound([], [], [], [], [])

    def take(self, pos: int, item: str) -> None:
        """Read one row."""
        try:
            cells = read_cells(item)
        except ValueRefused as refused:
            self._refuse(pos, refused)
            return
        if not cells:
            self._refuse(pos, ValueRefused("the row is empty", "give it a column, or take it out"))
            return
        before = len(self.found.problems)
        good = self._checked(pos, cells)
        text = item if len(self.found.problems) > before else written(good, self._plan.type.fields)
        first = self._first.setdefault(text, pos)
        if first != pos:
            self._refuse(pos, ValueRefused(f"says the same as {self._place.field.name} {first}", SAME_HINT))
        self.found.texts.append(text)
        self.found.rows.append(self._row(pos, good))

    def _checked(self, pos: int, cells: dict[str, str]) -> dict[str, str]:
        """The columns in canonical form, those that cannot be left out."""
        columns = self._plan.type.fields
        good: dict[str, str] = {}
        for name, value in cells.items():
            column = column_named(columns, name)
            key = column.name if column else name
            if key in good:
                self._refuse(pos, ValueRefused(f"{key} stands twice", "keep one"))
                continue
            try:
                good[key] = checked_cell(column, name, value, self._context.values)
            except ValueRefused as refused:
                self._refuse(pos, refused)
        self.found.words.extend(value for name, value in good.items() if name not in columns)
        return good

    def _row(self, pos: int, good: dict[str, str]) -> tuple[SqlValue, ...]:
        values: list[SqlValue] = [None] * len(self._plan.columns)
        values[: len(HEAD)] = (*self._place.record.ref, self._place.field.name, pos)
        for column in self._plan.fields:
            stored = good.get(column.field.name)
            if stored:
                self._fill(column, stored, values)
        return tuple(values)

    def _fill(self, column: ColumnPlan, stored: str, values: list[SqlValue]) -> None:
        """Put a value into its columns of the row."""
        field, place = column.field, column.place
        values[place : place + column.width] = column.type.index(stored, field, self._context.values)
        if field.reference:
            values[place] = self._refer(column, stored)
        if field.type == "money":
            minor, currency = values[place], values[place + 1]
            if isinstance(minor, int) and isinstance(currency, str):
                values[place + 2] = self._context.rates.in_book_currency(minor, currency, self._day)
        if column.worded:
            self.found.words.append(stored)

    def _refer(self, column: ColumnPlan, stored: str) -> str:
        """Note a reference; return the name its target has now."""
        kind, slash, target = stored.rpartition("/")
        plural = kind or column.target
        now = self._context.followed.get((plural, target))
        name = f"{self._place.field.name}.{column.field.name}"
        within = int(column.field.within)
        ref = (*self._place.record.ref, name, plural, now or target, within, target if now else None)
        self.found.refs.append(ref)
        return f"{kind}{slash}{now}" if now else stored

    def _refuse(self, pos: int, refused: ValueRefused) -> None:
        remedy = refused.hint or f"edit {self._place.path}"
        message = f"{self._place.field.name} {pos}: {refused.why}"
        self.found.problems.append(Problem("bad-value", self._place.path, self._place.line, message, remedy))


SAME_HINT = (
    "the journal cannot tell equal rows apart: raise the quantity of one instead, or let a column say what is different"
)
"""What to do about two rows that say the same."""
