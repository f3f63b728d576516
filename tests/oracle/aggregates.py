"""Count sum avg median min max distinct first last decay, over the rows a collection came to."""

from __future__ import annotations

import statistics
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any

from tests.oracle.readers import Row, half_even
from tests.oracle.values import TooCloseError, Worth, plain

NAMES = ("count", "sum", "avg", "median", "min", "max", "distinct", "first", "last", "decay")


def over(name: str, each: list[Worth], rows: list[Row], like: Worth | None = None) -> Worth:
    """What an aggregate of the rows' values comes to; `like` says the kind where there is none."""
    like = like or Worth("ref", [])
    if name == "count":
        return Worth("number", [Fraction(sum(len(found.items) for found in each))])
    if name == "distinct":
        return Worth("number", [Fraction(len({item_key(item) for found in each for item in found.items}))])
    if name in ("first", "last"):
        filled = [(row, found) for row, found in zip(rows, each, strict=True) if found.items]
        filled.sort(key=lambda pair: made(pair[0]))
        return like._replace(items=filled[0 if name == "first" else -1][1].items if filled else [])
    items = plain(like.kind, [item for found in each for item in found.items])
    if name in ("min", "max"):
        return like._replace(items=[(min if name == "min" else max)(items, key=key_of(like))] if items else [])
    if name == "sum":
        return Worth(like.kind, [sum(items, Fraction(0))], rough=any(item.denominator != 1 for item in items))
    if not items:
        return Worth(like.kind, [])
    middle = Fraction(sum(items)) / len(items) if name == "avg" else Fraction(statistics.median(items))
    return Worth(like.kind, [middle], rough=middle.denominator != 1)


def item_key(item: Any) -> Any:  # noqa: ANN401 - an item of any kind
    """What makes two values the same: of amounts the book's worth."""
    item = item[0] if isinstance(item, tuple) and isinstance(item[0], str) else item  # a stage and whose it is
    book = getattr(item, "book", item)
    return getattr(book, "seconds", book)


def key_of(like: Worth) -> Any:  # noqa: ANN401 - a key function
    if like.kind == "choice" and like.field:
        return list(like.field.options).index
    return lambda item: item


def made(row: Row) -> tuple[Any, ...]:
    """By when a row comes first: `at` of lines and stage changes, else `created` of the record; rows inside by their place."""
    if row.kind in ("log", "moves"):
        return (row.values["at"][0], row.name)
    if row.whole is not None:
        return (row.whole.values["created"][0], row.whole.name, row.place)
    return (row.values["created"][0], row.name)


def decayed(each: list[Worth], half: Fraction, now: datetime) -> Worth:
    """The sum of 0.5^(age/half-life)."""
    ages = [age(item, now) for found in each for item in found.items]
    total = sum((Fraction(0.5 ** (age / float(half))) for age in ages), Fraction(0))
    return Worth("number", [total], rough=True)


def age(item: date | datetime, now: datetime) -> float:
    """How long ago; of a day, by the clock on the wall since its beginning."""
    if isinstance(item, datetime):
        return (now - item).total_seconds()
    return (now.replace(tzinfo=None) - datetime.combine(item, time())).total_seconds()


def rounded(item: Fraction, kind: str, *, rough: bool) -> Fraction:
    """To a whole number, of an amount to a whole unit of the book's currency."""
    unit = 100 if kind == "money" else 1
    item /= unit
    if rough and abs(item - half_even(item)) > Fraction(499999999, 10**9):
        raise TooCloseError
    if item.denominator == 2:
        raise TooCloseError  # a tie: the page does not say which way
    return half_even(item) * unit
