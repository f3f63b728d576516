"""What an expression is worth: a kind and its items, and how two of a kind compare."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NamedTuple

from tests.oracle.days import Length, Span, begin, local
from tests.oracle.readers import Field, Money

Item = Any
"""By kind: Fraction (number, money in minor units of the book, seconds), date, datetime in UTC, str, bool, (date, date)."""


class TooCloseError(Exception):
    """Two sums are nearer to each other than floating point tells apart; which way it answers is nobody's promise."""


class Worth(NamedTuple):
    """The items a path or a sum has; `rough` when they are worked out in floating point."""

    kind: str
    items: list[Item]
    many: bool = False
    field: Field | None = None
    rough: bool = False
    span: Span | None = None  # of a date word that stands alone
    length: Length | None = None  # of a length as written

    @property
    def one(self) -> Item | None:
        return self.items[0] if self.items else None


def fold(text: str) -> str:
    """Letter case, width and hyphens are no matter (docs/reference/language.md)."""
    for _ in range(3):
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
        for hyphen in "-\u00ad\u2010\u2011":
            text = text.replace(hyphen, "")
    return " ".join(text.split())


def unique(found: Iterable[Item]) -> list[Item]:
    """Each once, in order."""
    kept: list[Item] = []
    for item in found:
        if not any(item is other or (isinstance(item, str) and item == other) for other in kept):
            kept.append(item)
    return kept


def plain(kind: str, items: list[Item]) -> list[Item]:
    """Amounts in the book's minor units, without those that have no rate; lengths in seconds."""
    if kind == "money":
        return [
            item.book if isinstance(item, Money) else item
            for item in items
            if not isinstance(item, Money) or item.book is not None
        ]
    if kind == "duration":
        return [item.seconds if isinstance(item, Length) else item for item in items]
    return items


ORDER: dict[str, Callable[[Item, Item], bool]] = {
    "=": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def ordered(op: str, left: Item, right: Item, *, rough: bool = False) -> bool:
    """Compare two of a kind."""
    if rough and isinstance(left, Fraction) and abs(left - right) <= Fraction(1, 10**9) * max(1, abs(left), abs(right)):
        raise TooCloseError
    return ORDER[op](left, right)


def beside_span(op: str, item: date | datetime, span: Span) -> bool:
    """A date or moment beside a date word: before its first day, after its last, or within."""
    if span.at is not None:
        if isinstance(item, datetime):
            return ORDER[op](item, span.at)
        return beside_span(op, item, Span(span.first, span.last))
    day = local(item) if isinstance(item, datetime) else item
    if op == "=":
        return span.first <= day <= span.last
    return ORDER[op](day, span.first if op in ("<", ">=") else span.last)


def period_beside(op: str, period: tuple[date, date], span: Span) -> bool:
    """A period beside a date word: ends before, begins after, has a day in common."""
    if op == "<":
        return period[1] < span.first
    if op == ">":
        return period[0] > span.last
    return period[0] <= span.last and span.first <= period[1]


def dates_between(op: str, left: date | datetime, right: date | datetime) -> bool:
    """Two dates: moments by the instant, a moment and a day by the day."""
    if isinstance(left, datetime) and isinstance(right, datetime):
        return ORDER[op](left, right)
    day = local(left) if isinstance(left, datetime) else left
    other = local(right) if isinstance(right, datetime) else right
    return ORDER[op](day, other)


def moment(item: date | datetime) -> datetime:
    return item if isinstance(item, datetime) else begin(item)
