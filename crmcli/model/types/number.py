# ruff: noqa: ARG002 - the protocol's arguments
"""Numbers: int, decimal, percent, rating. Exact from the keyboard to the index: no floats."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.model.types.base import Column, Manual, SqlValue, ValueContext, ValueRefused
from crmcli.model.types.fixed_point import decimal_text, scaled, typed_number, unscaled
from crmcli.model.types.single import SingleText, wants_tree

if TYPE_CHECKING:
    from decimal import Decimal

    from crmcli.model.schema import Field

_CANONICAL = re.compile(r"-?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{0,5}[1-9])?").fullmatch
_STORED = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)").fullmatch
_GREATEST = 2**63 - 1  # an SQLite INTEGER
_PLACES = 6


class _Number(SingleText):
    """A number in one INTEGER column."""

    family = "number"
    matches = "equal"

    def columns(self, field: Field) -> tuple[Column, ...]:
        """One INTEGER."""
        return (Column("", "INTEGER", wants_tree(field)),)

    def show(self, stored: str, field: Field, context: ValueContext) -> str:
        """The number and its unit."""
        return f"{stored} {field.unit}" if field.unit else stored


class Int(_Number):
    """A whole number of 64 bits. `1.2万` and `12k` are whole numbers too; `1.5` is none."""

    name = "int"
    manual = Manual("size: 120", "a whole number, 64 bits", "`size=120` `1.2万` `12k`", "number: `=` `<` `..`")

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """With scale words."""
        number = typed_number(typed)
        if number != number.to_integral_value():
            raise ValueRefused(f"`{typed.strip()}` is no whole number", "write it without decimals")
        return self.check(str(int(number)), field, context)

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """Digits with an optional sign."""
        text = stored.strip()
        digits = text[1:] if text[:1] in ("-", "+") else text
        if not (digits.isascii() and digits.isdigit()):
            raise ValueRefused(f"`{stored}` is no whole number", "digits only, as in 120")
        if len(digits) > 100 or not -_GREATEST <= int(text) <= _GREATEST:
            raise ValueRefused(f"`{stored[:30]}` is too large", f"at most {_GREATEST}")
        return str(int(text))

    def index(self, stored: str, field: Field, context: ValueContext) -> tuple[SqlValue, ...]:
        """The number."""
        return (int(stored),)


class Rating(Int):
    """A grade from 1 to the field's `max` (5 when it says none)."""

    name = "rating"
    manual = Manual("happy: 4", "1 to `max`", "`happy=4`", "number: `=` `<` `..`")

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """A whole number in range."""
        most = field.max or 5
        text = super().check(stored, field, context)
        if not 1 <= int(text) <= most:
            raise ValueRefused(f"{text} is not between 1 and {most}", f"the nearest is {min(max(int(text), 1), most)}")
        return text


class DecimalNumber(_Number):
    """An exact number with up to six decimals and twelve digits before the point; trailing zeros mean nothing."""

    name = "decimal"
    manual = Manual("qty: 1.5", "exact, at most 6 decimals", "`qty=1.5` `2k`", "number: `=` `<` `..`")

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """With scale words."""
        return _in_range(typed_number(typed), typed, 12, _PLACES)

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """A number with a point."""
        if _CANONICAL(stored) and stored != "-0":
            return stored
        return _in_range(_stored_decimal(stored, "as in 1.5"), stored, 12, _PLACES)

    def index(self, stored: str, field: Field, context: ValueContext) -> tuple[SqlValue, ...]:
        """Millionths."""
        return (scaled(stored, _PLACES),)

    def from_index(self, values: tuple[SqlValue, ...], field: Field, context: ValueContext) -> str:
        """From millionths."""
        return unscaled(int(values[0]), _PLACES) if values[0] is not None else ""


class Percent(_Number):
    """A share, always written with `%`, with up to four decimals. In expressions `20%` is 0.2.

    A number without `%` is taken as a fraction when it lies between -1 and 1 (`0.2` is 20 %); any other is refused,
    since `20` could be meant as 20 % or as twenty times.
    """

    name = "percent"
    manual = Manual(
        "discount: 20%", "a number and `%`, at most 4 decimals", "`discount=20%` `0.2`", "number: `20%` = 0.2"
    )

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """`20%`, or a fraction."""
        text = typed.strip().replace("\uff05", "%")
        fraction = typed_number(text)
        if abs(fraction) >= 1 and not text.endswith("%"):
            once = decimal_text(fraction)
            raise ValueRefused(
                f"`{typed.strip()}` has no %", f"write {once}% or {decimal_text(_hundredfold(fraction))}%"
            )
        return f"{_in_range(_hundredfold(fraction), typed, 14, 4)}%"

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """A number and `%`."""
        number = stored.removesuffix("%").rstrip()
        if len(number) == len(stored):
            raise ValueRefused(f"`{stored}` has no %", "as in 20%")
        hint = "a number and %, as in 20% or 12.5%"
        return f"{_in_range(_stored_decimal(number, hint), stored, 14, 4)}%" if number not in _WHOLE else f"{number}%"

    def index(self, stored: str, field: Field, context: ValueContext) -> tuple[SqlValue, ...]:
        """Millionths of the fraction: 20 % is 200000."""
        return (scaled(stored[:-1], 4),)

    def from_index(self, values: tuple[SqlValue, ...], field: Field, context: ValueContext) -> str:
        """From millionths of the fraction."""
        return f"{unscaled(int(values[0]), 4)}%" if values[0] is not None else ""


_WHOLE = frozenset(str(number) for number in range(101))


def _hundredfold(fraction: Decimal) -> Decimal:
    from decimal import Context  # noqa: PLC0415

    return fraction.scaleb(2, Context(prec=80))


def _stored_decimal(stored: str, hint: str) -> Decimal:
    from decimal import Decimal  # noqa: PLC0415 - canonical text does without

    if len(stored) > 60 or not _STORED(stored.strip()):
        raise ValueRefused(f"`{stored[:60]}` is no number", hint)
    return Decimal(stored.strip())


def _in_range(number: Decimal, written: str, digits: int, places: int) -> str:
    """`number` as text, refused when it has more digits before the point or decimals than the index holds."""
    text = decimal_text(number)
    whole, _, fraction = text.lstrip("-").partition(".")
    if len(fraction) > places:
        raise ValueRefused(f"`{written.strip()}` has more than {places} decimals", f"round it to {places}")
    if len(whole) > digits:
        raise ValueRefused(f"`{written.strip()}` is too large", f"at most {digits} digits before the point")
    return text
