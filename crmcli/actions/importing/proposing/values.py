"""What the values of a column are: tried with the types of fields, as if a person had typed them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.model.schema import Field
from crmcli.model.types import type_named
from crmcli.model.types.base import ValueRefused
from crmcli.text.notation import COMMA, DAY_FIRST, MONTH_FIRST, POINT, NumberProof, iso_date, plain_number

if TYPE_CHECKING:
    from crmcli.store.book import Book

SAMPLE = 200
"""Rows whose values are looked at."""

MOST = 0.8
"""The part of the values that must read so, for their type to be concluded from them."""

_NUMBERS = frozenset(["int", "decimal", "money", "percent", "rating"])
_DAYS = frozenset(["date", "datetime"])
_PHONE = re.compile(r"[+(]?[\d][\d ()./-]{6,}")
_MONEY = re.compile(r"[€$£¥￥]|\b[A-Z]{3}\b|元")
_CODE = re.compile(r"0\d+").fullmatch
_URL = re.compile(r"https?://|www\.", re.IGNORECASE)

CONCLUDED = ("email", "url", "date", "phone", "money", "int", "decimal", "country")
"""Types that values show by themselves, in the order they are tried."""

SAID = {
    "email": "e-mail addresses", "url": "web addresses", "date": "days", "phone": "phone numbers",
    "money": "amounts of money", "int": "whole numbers", "decimal": "numbers", "country": "countries",
}  # fmt: skip


def reading(book: Book, field: Field, values: Sequence[str]) -> int:
    """How many of the values the field can hold."""
    return sum(_reads(book, field, value) for value in values)


def type_of(book: Book, values: Sequence[str]) -> str:
    """The type that most values show, "" for none: plain words are text and nothing more."""
    if not values:
        return ""
    need = MOST * len(values)
    codes = any(_CODE(value) for value in values)
    for name in CONCLUDED:
        if codes and name in {"int", "decimal"}:  # a number would lose its noughts
            continue
        shown = [value for value in values if _looks(name, value)]
        if len(shown) >= need and reading(book, Field("value", name), shown) >= need:
            return name
    return ""


def _looks(name: str, value: str) -> bool:
    """Whether a value has the outer form of the type: types read more than people mean."""
    match name:
        case "email":
            return "@" in value
        case "url":
            return _URL.match(value) is not None
        case "phone":
            return _PHONE.fullmatch(value) is not None
        case "money":
            return _MONEY.search(value) is not None
        case "country":
            return len(value) > 1 and not any(char.isdigit() for char in value)
        case _:
            return any(char.isdigit() for char in value)


def _reads(book: Book, field: Field, value: str) -> bool:
    kind = type_named(field)
    pieces = [piece.strip() for piece in re.split(r"[;\n]| ::: ", value)] if field.many else [value]
    return all(any(_typed(book, field, kind, form) for form in _forms(field, piece)) for piece in pieces if piece)


def _forms(field: Field, value: str) -> list[str]:
    """The value in every notation a column may have."""
    if field.type in _DAYS:
        return [iso_date(value, DAY_FIRST), iso_date(value, MONTH_FIRST)]
    if field.type in _NUMBERS:
        proof = NumberProof()
        proof.see(value, 0)
        signs = [COMMA] if proof.comma else [POINT] if proof.point else [COMMA, POINT]
        return [plain_number(value, sign) for sign in signs]
    return [value]


def _typed(book: Book, field: Field, kind: object, value: str) -> bool:
    if field.type in _DAYS and not value[:1].isdigit():
        return False  # "Monday" is a day to a person who types, not in a column
    try:
        return bool(kind.parse(value, field, book.context)) or True  # type: ignore[attr-defined]
    except (ValueRefused, CrmError, ValueError):
        return False
