"""Sums and products of numbers, money, lengths and dates. Anything with an empty part is empty, and so is x/0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.failures import QueryError
from crmcli.query.sql import SqlArgument, quoted_text
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


class MixedWorkingError(QueryError):
    """Working time beside time by the calendar."""

    def __init__(self, left: ValueSql, right: ValueSql, at: Place) -> None:
        working, calendar = (left, right) if left.working else (right, left)
        length = written_length(working) or "8wh"
        other = written_length(calendar)
        turned = turned_length(other, working=True)
        says = f"`{other}`" if other else "the other length"
        said = f"write {turned} for working time, or {turned_length(length, working=False)} for time by the calendar"
        super().__init__(f"`{length}` is working time, {says} is time by the calendar", at, hint=said)


def written_length(value: ValueSql) -> str:
    """A length as it was written; "" for one that was not."""
    return value.written if value.family == "duration" else ""


def turned_length(text: str, *, working: bool) -> str:
    """The same number of working days or hours for one of calendar days or hours, and back."""
    digits = text.rstrip("abcdefghijklmnopqrstuvwxyz") or "3"
    unit = text[len(digits) :] or "d"
    if working:
        return f"{digits}{'wh' if unit in ('h', 'min') else 'wd'}"
    return f"{digits}{unit.removeprefix('w')}"


def negative_value(scope: Scope, expr: Negative) -> ValueSql:
    """The negative of an amount."""
    value = value_at(scope, expr.term)
    if value.family not in AMOUNTS:
        raise UnfitOperandsError("number", "-", value.family, expr.at)
    return ValueSql(f"(-{value.text})", value.params, value.family, scale=value.scale, working=value.working)


def arith_value(scope: Scope, expr: Arith) -> ValueSql:
    """The sum or product of two values."""
    left, right = dated(value_at(scope, expr.left)), dated(value_at(scope, expr.right))
    families = {left.family, right.family}
    if families <= AMOUNTS:
        if families == {"duration"} and expr.op in "+-/":
            left, right = alike_lengths(scope, left, right, expr.at)
        return _amounts(left, expr.op, right, expr.at)
    if expr.op == "-" and left.family in DATES and right.family in DATES:
        return _between(scope, left, right)
    if left.family in DATES and right.family == "duration" and expr.op in "+-":
        return _moved(scope, left, expr.op, right, expr.at)
    if expr.op == "+" and left.family == "duration" and right.family in DATES:
        return _moved(scope, right, "+", left, expr.at)
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
    return ValueSql(text, params, family, scale=scale, working=family == "duration" and (left.working or right.working))


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
    if left.family != right.family:
        left, right = (_as_day(scope, value) for value in (left, right))
    text = f"({_seconds(left.text)} - {_seconds(right.text)})"
    return ValueSql(text, (*left.params, *right.params), "duration", ends=(left, right))


def _as_day(scope: Scope, value: ValueSql) -> ValueSql:
    text = day_text(scope, value)
    return ValueSql(text, value.params * text.count(value.text), "date")


def alike_lengths(scope: Scope, left: ValueSql, right: ValueSql, at: Place) -> tuple[ValueSql, ValueSql]:
    """Two lengths both of working time or both not: what lies between two moments can be either."""
    if left.working == right.working:
        return left, right
    return (
        left if left.working else _in_working_time(scope, left, right, at),
        right if right.working else _in_working_time(scope, right, left, at),
    )


def _in_working_time(scope: Scope, value: ValueSql, other: ValueSql, at: Place) -> ValueSql:
    """A length in working seconds: the time between two moments, or a field's lengths of working time."""
    from crmcli.query.calendars import by_record, calendar_sql  # noqa: PLC0415 - only questions with working time

    if value.field is not None and len(value.raw) == 3 and not value.ends:
        from crmcli.model.working import usual_day  # noqa: PLC0415

        seconds, working, written = value.raw
        day = by_record(scope, other.written, at, lambda hours: str(usual_day(hours)))
        text = f"CASE WHEN {written} LIKE '%wd' THEN {seconds} / 28800 * ({day}) ELSE {seconds} END"
        return value._replace(text=f"CASE WHEN {working} = 1 THEN {text} END", raw=(), working=True)
    if value.ends:
        later, earlier = value.ends
        plain = f"({_seconds(later.text)} - {_seconds(earlier.text)})"
        params = (*later.params, *earlier.params)
        if value.text.count(plain) == 1 and value.params == params:
            asked = f"crm_worked({earlier.text}, {later.text}, {calendar_sql(scope, other.written, at)})"
            params = (*earlier.params, *later.params)
            return value._replace(text=value.text.replace(plain, asked), params=params, working=True, raw=(), ends=())
    raise MixedWorkingError(value, other, at)


def _seconds(text: str) -> str:
    return f"CAST(strftime('%s', {text}) AS INTEGER)"


def day_text(scope: Scope, value: ValueSql) -> str:
    """SQL for the local day of a date or datetime, the first of a month."""
    return local_day(value.text, scope.env.now.tzinfo) if value.family == "datetime" else value.text


def _moved(scope: Scope, moment: ValueSql, op: str, length: ValueSql, at: Place) -> ValueSql:
    """A date or datetime a length later or earlier; months and years by the calendar, ends of months safely."""
    if length.working or len(length.raw) == 3:
        return _moved_as_written(scope, moment, op, length, at)
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


def _moved_as_written(scope: Scope, moment: ValueSql, op: str, length: ValueSql, at: Place) -> ValueSql:
    """A date a length of a record later, or one of working time: each by what its unit means."""
    from crmcli.query.calendars import any_calendar_sql, calendar_sql  # noqa: PLC0415 - only such sums

    params = (*moment.params, *length.params)
    if len(length.raw) == 3:
        text, calendar, params = length.raw[2], any_calendar_sql(scope, at), moment.params
    else:
        text, calendar = length.text, calendar_sql(scope, length.written, at)
        text = quoted_text(length.written) if length.written else f"CAST({text} AS INTEGER)"
    sign = 1 if op == "+" else -1
    return ValueSql(f"crm_later({moment.text}, {text}, {sign}, {calendar})", params, moment.family)


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
