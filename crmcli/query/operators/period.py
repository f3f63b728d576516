"""Periods: `:` overlaps, `<` ends before, `>` begins after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.constants import moment_constant, no_date
from crmcli.query.operators.none import OnlyFilledError
from crmcli.query.operators.unfit import UnfitComparisonError, written
from crmcli.query.place import NOWHERE
from crmcli.query.sql import Sql, all_of
from crmcli.query.tree import Word

if TYPE_CHECKING:
    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Bound, Range
    from crmcli.query.value_sql import ValueSql
    from crmcli.query.whens import Span


def matches(scope: Scope, value: ValueSql, asked: Word | Range) -> Sql:
    """Whether the two have a day in common."""
    low, high = (asked, asked) if isinstance(asked, Word) else (asked.low, asked.high)
    start, end = _days(value, asked.at)
    conditions = []
    if high is not None:
        conditions.append(Sql(f"({start} <= ? OR {start} IS NULL AND {end} IS NOT NULL)", (_read(scope, high).last,)))
    if low is not None:
        conditions.append(Sql(f"({end} >= ? OR {end} IS NULL AND {start} IS NOT NULL)", (_read(scope, low).first,)))
    return all_of(conditions)


def ends(value: ValueSql) -> tuple[str, str]:
    """SQL for the first and the last day, an open end as far away as dates go; both NULL of an empty period."""
    start, end = _days(value, NOWHERE)
    return (
        f"CASE WHEN {start} IS NULL AND {end} IS NOT NULL THEN '0001-01-01' ELSE {start} END",
        f"CASE WHEN {end} IS NULL AND {start} IS NOT NULL THEN '9999-12-31' ELSE {end} END",
    )


def _days(value: ValueSql, at: Place) -> tuple[str, str]:
    """SQL for the first and the last day; of a period that is one of several types' nobody knows them."""
    if len(value.raw) != 2:
        raise OnlyFilledError(value, at)
    return value.raw[0], value.raw[1]


def _read(scope: Scope, bound: Bound) -> Span:
    word = written(bound)
    span = moment_constant(word.text, word.at, scope).span
    if span is None:
        raise no_date(word.text, word.at)
    return span


def compares(scope: Scope, value: ValueSql, op: str, other: ValueSql, at: Place) -> Sql:
    """Wholly before, wholly after, or the very same days."""
    del scope
    if op == "~" or other.span is None:
        raise UnfitComparisonError(value, op, other, at, "compare it with a date, or its .start and .end")
    start, end = _days(value, at)
    first, last = other.span.first, other.span.last
    if op == "=":
        return Sql(f"{start} = ? AND {end} = ?", (first, last))
    text, bound = {"<": (end, first), "<=": (end, last), ">": (start, last), ">=": (start, first)}[op]
    return Sql(f"{text} {op} ?", (bound,))
