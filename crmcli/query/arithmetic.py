"""Sums and products of numbers, money, lengths and dates. Anything with an empty part is empty, and so is x/0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.failures import QueryError
from crmcli.query.sql import SqlArgument
from crmcli.query.value_sql import ValueSql
from crmcli.query.values import value_at
from crmcli.query.zones import local_day

if TYPE_CHECKING:
    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Arith, Negative

DATES = frozenset(["date", "datetime"])
AMOUNTS = frozenset(["number", "money", "duration"])


class UnfitOperandsError(QueryError):
    """Two values that cannot be added or multiplied."""

    def __init__(self, left: str, op: str, right: str, at: Place) -> None:
        super().__init__(
            f"a {left} {op} a {right} has no meaning",
            at,
            hint="numbers, money and lengths add up; a date takes a length or another date",
        )


def negative_value(scope: Scope, expr: Negative) -> ValueSql:
    """The negative of an amount."""
    value = value_at(scope, expr.term)
    if value.family not in AMOUNTS:
        raise UnfitOperandsError("number", "-", value.family, expr.at)
    return ValueSql(f"(-{value.text})", value.params, value.family, scale=value.scale)


def arith_value(scope: Scope, expr: Arith) -> ValueSql:
    """The sum or product of two values."""
    left, right = dated(value_at(scope, expr.left)), dated(value_at(scope, expr.right))
    families = {left.family, right.family}
    if families <= AMOUNTS:
        return _amounts(left, expr.op, right, expr.at)
    if expr.op == "-" and left.family in DATES and right.family in DATES:
        return _between(scope, left, right)
    if left.family in DATES and right.family == "duration" and expr.op in "+-":
        return _moved(left, expr.op, right)
    if expr.op == "+" and left.family == "duration" and right.family in DATES:
        return _moved(right, "+", left)
    raise UnfitOperandsError(left.family, expr.op, right.family, expr.at)


def dated(value: ValueSql) -> ValueSql:
    """A date constant as a date, or as a datetime where a moment was meant."""
    if value.span is None:
        return value
    return value._replace(family="datetime" if value.span.exact else "date", span=None)


def natural(value: ValueSql) -> str:
    """A number in units of 1; money and lengths in theirs."""
    return value.text if value.family != "number" or value.scale == 1 else f"({value.text} / {value.scale}.0)"


def _amounts(left: ValueSql, op: str, right: ValueSql, at: Place) -> ValueSql:
    family, scale = _result(left, op, right, at)
    a, b = natural(left), natural(right)
    if op in "+-" and family == "money":
        a, b = _in_minor(left, a, scale), _in_minor(right, b, scale)
    params: tuple[SqlArgument, ...] = (*left.params, *right.params)
    text = f"({a} * 1.0 / {b})" if op == "/" else f"({a} {op} {b})"
    return ValueSql(text, params, family, scale=scale)


def _in_minor(value: ValueSql, text: str, scale: int) -> str:
    return text if value.family == "money" else f"({text} * {scale})"


def _result(left: ValueSql, op: str, right: ValueSql, at: Place) -> tuple[str, int]:
    """The family and scale of a sum or product of amounts."""
    a, b = left.family, right.family
    scale = max(left.scale if a == "money" else 1, right.scale if b == "money" else 1)
    if op in "+-" and (a == b or {a, b} == {"money", "number"}):
        return ("money" if "money" in (a, b) else a), scale
    if op == "*" and "number" in (a, b):
        return (b if a == "number" else a), scale
    if op == "/" and b == "number":
        return a, scale
    if op == "/" and a == b:
        return "number", 1
    raise UnfitOperandsError(a, op, b, at)


def _between(scope: Scope, left: ValueSql, right: ValueSql) -> ValueSql:
    """The seconds between two dates; days when one of them has no time."""
    if left.family == right.family:
        a, b = left.text, right.text
    else:
        a, b = (_day(scope, value) for value in (left, right))
    params = (*_day_params(left, a), *_day_params(right, b))
    return ValueSql(f"({_seconds(a)} - {_seconds(b)})", params, "duration")


def _seconds(text: str) -> str:
    return f"CAST(strftime('%s', {text}) AS INTEGER)"


def _day(scope: Scope, value: ValueSql) -> str:
    return value.text if value.family == "date" else day_text(scope, value)


def _day_params(value: ValueSql, text: str) -> tuple[SqlArgument, ...]:
    """A value's parameters as often as its text stands in `text`."""
    return value.params * text.count(value.text)


def day_text(scope: Scope, value: ValueSql) -> str:
    """SQL for the local day of a date or datetime."""
    if value.family == "datetime":
        return local_day(value.text, scope.env.now.tzinfo)
    return f"({value.text} || '-01')" if value.family == "month" else value.text


def _moved(moment: ValueSql, op: str, length: ValueSql) -> ValueSql:
    """A date or datetime a length later or earlier; months and years by the calendar, ends of months safely."""
    months = _months(length.written)
    function, form = ("date", "") if moment.family == "date" else ("strftime", "'%Y-%m-%dT%H:%M:%SZ', ")
    if months:
        return ValueSql(
            _months_later(moment.text, months if op == "+" else -months, form, function),
            moment.params * 2,
            moment.family,
        )
    seconds = length.text if op == "+" else f"-({length.text})"
    return ValueSql(
        f"{function}({form}{moment.text}, ({seconds}) || ' seconds')", (*moment.params, *length.params), moment.family
    )


def _months(written: str) -> int:
    """The calendar months in a length as written (6mo, 1y); 0 for any other, or one that was computed."""
    from crmcli.text.durations import parse_duration  # noqa: PLC0415 - only sums of dates and lengths

    length = parse_duration(written) if written else None
    return length.months if length else 0


def _months_later(text: str, months: int, form: str, function: str) -> str:
    """31 January and a month is the last of February: the earlier of the naive day and that month's last."""
    naive = f"{function}({form}{text}, '{months:+d} months')"
    last = f"{function}({form}{text}, 'start of month', '{months + 1:+d} months', '-1 day')"
    return f"min({naive}, {last})"
