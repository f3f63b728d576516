"""Dates and instants against days, periods and moments: `<` before its first day, `>` after its last, `:` within."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.arithmetic import dated, day_text
from crmcli.query.constants import moment_constant, no_date
from crmcli.query.operators.unfit import MixedLengthError, UnfitComparisonError, written
from crmcli.query.sql import Sql
from crmcli.query.tree import Word

if TYPE_CHECKING:
    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Bound, Range
    from crmcli.query.value_sql import ValueSql
    from crmcli.query.whens import Span


def matches(scope: Scope, value: ValueSql, asked: Word | Range) -> Sql:
    """Lies in a day or period, or from the first day of one to the last of another."""
    if isinstance(asked, Word):
        return _within(value, _read(scope, value, asked))
    low, high = (None if end is None else _read(scope, value, end) for end in (asked.low, asked.high))
    if low and high:
        return _between(value, ends(value, low)[0], ends(value, high)[1])
    if low:
        return Sql(f"{value.text} >= ?", (*value.params, ends(value, low)[0]))
    return Sql(f"{value.text} <= ?", (*value.params, ends(value, high)[1] if high else None))


def _read(scope: Scope, value: ValueSql, end: Bound) -> Span:
    word = written(end)
    if is_length(word.text):
        raise MixedLengthError(value.field.name if value.field else value.label, word.text, word.at)
    span = moment_constant(word.text, word.at, scope).span
    if span is None:
        raise no_date(word.text, word.at)
    return span


def is_length(text: str) -> bool:
    """Whether this is a length without a sign: `30d`."""
    from crmcli.query.marks import DURATION_UNITS  # noqa: PLC0415

    digits = text.rstrip("abcdefghijklmnopqrstuvwxyz")
    return digits.isdigit() and text[len(digits) :] in DURATION_UNITS


def ends(value: ValueSql, span: Span) -> tuple[str, str]:
    """The first and last value of a span in the column's form; no instant equals its end, so `<=` will do for `<`."""
    if value.family == "datetime":
        return span.start, span.end
    if value.family == "month":  # the index holds its first day
        return f"{span.first[:7]}-01", f"{span.last[:7]}-01"
    return span.first, span.last


def _within(value: ValueSql, span: Span) -> Sql:
    first, last = ends(value, span)
    return Sql(f"{value.text} = ?", (*value.params, first)) if first == last else _between(value, first, last)


def _between(value: ValueSql, first: str, last: str) -> Sql:
    return Sql(f"{value.text} BETWEEN ? AND ?", (*value.params, first, last))


def compares(scope: Scope, value: ValueSql, op: str, other: ValueSql, at: Place) -> Sql:
    """Order of dates: a date word or a month stands for all its days, two fields are compared by day unless both have a time."""
    if op == "~":
        raise UnfitComparisonError(value, op, other, at)
    if other.family == "duration":
        raise MixedLengthError(value.field.name if value.field else value.label or value.written, other.written, at)
    if value.family == "when":
        value = dated(value)
    elif other.span is not None:
        return _against(value, op, other.span)
    other = dated(other)
    if other.family not in ("date", "datetime", "month"):
        raise UnfitComparisonError(value, op, other, at)
    if value.family == other.family:
        return Sql(f"{value.text} {op} {other.text}", (*value.params, *other.params))
    left, right = day_text(scope, value), day_text(scope, other)
    params = (*value.params * left.count(value.text), *other.params * right.count(other.text))
    if "month" in (value.family, other.family):
        left, right = f"substr({left}, 1, 7)", f"substr({right}, 1, 7)"
    return Sql(f"{left} {op} {right}", params)


def _against(value: ValueSql, op: str, span: Span) -> Sql:
    if op == "=":
        return _within(value, span)
    first, last = ends(value, span)
    return Sql(f"{value.text} {op} ?", (*value.params, first if op in ("<", ">=") else last))
