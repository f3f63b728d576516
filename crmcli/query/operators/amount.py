"""Numbers, money, lengths of time: equal, smaller, greater, ranges. Money is compared in the book's currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.arithmetic import alike_lengths, natural
from crmcli.query.constants import WrongValueError, length_constant, number_constant, plain
from crmcli.query.failures import QueryError
from crmcli.query.operators.unfit import MixedLengthError, UnfitComparisonError, written
from crmcli.query.sql import Sql, all_of
from crmcli.query.tree import Range, Word

if TYPE_CHECKING:
    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.sql import SqlArgument
    from crmcli.query.tree import Bound
    from crmcli.query.value_sql import ValueSql


class SignedLengthError(QueryError):
    """A length of time is compared with a moment counted from now."""

    def __init__(self, written: str, at: Place) -> None:
        bare, when = written[1:], "ago" if written[0] == "-" else "from now"
        super().__init__(
            f"`{written}` is the moment {bare} {when}, and on the other side is a length of time",
            at,
            hint=f"write {bare} for the length, or compare a date with the moment, as in created<{written}",
        )


def matches(scope: Scope, value: ValueSql, asked: Word | Range) -> Sql:
    """Equal to a number, or in a range with both ends."""
    if isinstance(asked, Word):
        return compares(scope, value, "=", _read(scope, value, asked), asked.at)
    parts = [
        compares(scope, value, op, _read(scope, value, end), asked.at)
        for op, end in ((">=", asked.low), ("<=", asked.high))
        if end is not None
    ]
    if len(parts) == 2 and not value.params and value.family != "duration":
        return Sql(f"{value.text} BETWEEN ? AND ?", (*parts[0].params, *parts[1].params))
    return all_of(parts)


def _read(scope: Scope, value: ValueSql, end: Bound) -> ValueSql:
    word = written(end)
    if word.text[:1] == "0" and word.text.isdigit() and len(word.text) > 1:
        raise WrongValueError(
            f"`{word.text}` is no number", word.at, "a `,` separates alternatives; write 12000, not 12,000"
        )
    low, dash, high = word.text.partition("-")
    if dash and low[:1].isdigit() and high[:1].isdigit():
        raise WrongValueError(f"`{word.text}` is no number", word.at, f"a range is written {low}..{high}", "a number")
    if value.family == "duration":
        return length_constant(word.text, word.at, scope)
    return number_constant(word.text, word.at, scope.env)


def compares(scope: Scope, value: ValueSql, op: str, other: ValueSql, at: Place) -> Sql:
    """Order of amounts, each in the same unit."""
    if op == "~" or not _comparable(value.family, other.family):
        if value.family == "duration" and other.span is not None and other.written[:1] in ("+", "-"):
            raise SignedLengthError(other.written, at)
        hint = "give the length a unit, as in 30d" if value.family == "duration" else ""
        if other.family == "duration" and value.family == "when":
            raise MixedLengthError(value.written, other.written, at)
        raise UnfitComparisonError(value, op, other, at, hint)
    _check_percent(value, other, at)
    if value.family == "duration":
        return _lengths(scope, value, op, other, at)
    left, right, params = _aligned(value, other)
    return Sql(f"{left} {op} {right}", params)


def _lengths(scope: Scope, value: ValueSql, op: str, other: ValueSql, at: Place) -> Sql:
    """Lengths in seconds: working time beside working time, time by the calendar beside the same.

    A field may hold both; its lengths of the other kind are neither smaller nor greater.
    """
    left, right = alike_lengths(scope, value, other, at)
    text = f"{left.text} {op} {right.text}"
    own = [side.raw[1] for side in (left, right) if not side.working and len(side.raw) == 3]
    return Sql(" AND ".join([text, *(f"{working} = 0" for working in own)]), (*left.params, *right.params))


def _comparable(left: str, right: str) -> bool:
    return left == right or {left, right} == {"money", "number"}


def _check_percent(value: ValueSql, other: ValueSql, at: Place) -> None:
    """`discount>20` surely means 20 %."""
    percent = value.field is not None and value.field.type == "percent"
    if percent and other.number is not None and abs(other.number) > 1 and not other.written.endswith("%"):
        said = other.written
        raise WrongValueError(f"`{said}` has no %", at, f"write {said}%; {said} alone would be {said} × 100 %")


def _aligned(value: ValueSql, other: ValueSql) -> tuple[str, str, tuple[SqlArgument, ...]]:
    """Both sides in one unit: a constant is turned into the column's, so that the column's index can be used."""
    if other.number is not None:
        return value.text, "?", (*value.params, plain(other.number * value.scale))
    if value.scale == other.scale:
        return value.text, other.text, (*value.params, *other.params)
    return _unit(value), _unit(other), (*value.params, *other.params)


def _unit(value: ValueSql) -> str:
    return f"({value.text} / {value.scale}.0)" if value.family == "money" else natural(value)
