"""Periods: `:` overlaps, `<` ends before, `>` begins after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.constants import no_date, when_constant
from crmcli.query.failures import NotYetError
from crmcli.query.operators.unfit import UnfitComparisonError
from crmcli.query.sql import Sql
from crmcli.query.tree import Placeholder, Word

if TYPE_CHECKING:
    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Bound, Range
    from crmcli.query.value_sql import ValueSql
    from crmcli.query.whens import Span


def matches(scope: Scope, value: ValueSql, asked: Word | Range) -> Sql:
    """Whether the two have a day in common."""
    low, high = (asked, asked) if isinstance(asked, Word) else (asked.low, asked.high)
    start, end = value.raw
    if low is None or high is None:
        bound, op, text = (high, "<=", start) if low is None else (low, ">=", end)
        span = _read(scope, bound)
        return Sql(f"{text} {op} ?", (span.last if low is None else span.first,))
    return Sql(f"{start} <= ? AND {end} >= ?", (_read(scope, high).last, _read(scope, low).first))


def _read(scope: Scope, word: Bound | None) -> Span:
    if word is None or isinstance(word, Placeholder):
        from crmcli.query.place import NOWHERE  # noqa: PLC0415

        raise NotYetError("`{…}`, the value of a record at hand,", word.at if word else NOWHERE)
    span = when_constant(word.text, word.at, scope.env).span
    if span is None:
        raise no_date(word.text, word.at)
    return span


def compares(scope: Scope, value: ValueSql, op: str, other: ValueSql, at: Place) -> Sql:
    """Wholly before, wholly after, or the very same days."""
    del scope
    if op == "~" or other.span is None:
        raise UnfitComparisonError(value, op, other, at, "compare it with a date, or its .start and .end")
    start, end = value.raw
    first, last = other.span.first, other.span.last
    if op == "=":
        return Sql(f"{start} = ? AND {end} = ?", (first, last))
    text, bound = {"<": (end, first), "<=": (end, last), ">": (start, last), ">=": (start, first)}[op]
    return Sql(f"{text} {op} ?", (bound,))
