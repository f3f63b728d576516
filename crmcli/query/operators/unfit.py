"""Refusals that all families share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.failures import QueryError
from crmcli.query.tree import Word

if TYPE_CHECKING:
    from crmcli.query.place import Place
    from crmcli.query.tree import Bound
    from crmcli.query.value_sql import ValueSql

KINDS = {
    "text": "a text",
    "number": "a number",
    "money": "an amount",
    "duration": "a length of time",
    "date": "a date",
    "datetime": "a date",
    "month": "a month",
    "when": "a date",
    "time": "a time of day",
    "period": "a period",
    "choice": "a choice",
    "stage": "a stage",
    "reference": "a record",
    "flag": "yes or no",
    "word": "a word",
    "none": "a value",
}


def written(end: Bound) -> Word:
    """An end of a range as written; ranges with the value of a record at hand are taken apart before (`hand`)."""
    if not isinstance(end, Word):
        raise TypeError(end)
    return end


class UnfitComparisonError(QueryError):
    """Two values that cannot be compared this way."""

    def __init__(self, value: ValueSql, op: str, other: ValueSql, at: Place, hint: str = "") -> None:
        left, right = KINDS[value.family], KINDS[other.family]
        super().__init__(
            f"{left} cannot be compared with {right} by `{op}`", at, hint=hint or f"compare it with {left}"
        )


class NoRangeError(QueryError):
    """A range is asked of values without an order."""

    def __init__(self, value: ValueSql, at: Place) -> None:
        super().__init__(f"{KINDS[value.family]} has no ranges", at, hint="put a text with `..` in quotes")


class MixedLengthError(QueryError):
    """A date is compared with a length of time."""

    def __init__(self, field: str, length: str, at: Place) -> None:
        super().__init__(
            f"`{length}` is a length of time, `{field}` is a date",
            at,
            hint=f"`-{length}` is that long ago, `+{length}` that far ahead; "
            f"`today - {field} > {length}` compares lengths",
        )
