"""Decimals as canonical text, and as the integers the index compares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.types.base import ValueRefused

if TYPE_CHECKING:
    from decimal import Decimal


def typed_number(typed: str) -> Decimal:
    """The number that `typed` says, by the one number grammar; refused with the readings it could have."""
    from crmcli.text.numbers import NumberRefusedError, parse_number  # noqa: PLC0415 - only where something is typed

    try:
        return parse_number(typed)
    except NumberRefusedError as refused:
        raise ValueRefused(str(refused), refused.hint) from None


def decimal_text(number: Decimal) -> str:
    """`number` without exponent, trailing zeros or a sign on zero."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def scaled(text: str, places: int) -> int:
    """The canonical decimal `text` times ten to `places`, which holds all its decimals: `1.5`, 6 → 1500000."""
    whole, _, fraction = text.partition(".")
    return int(whole + fraction.ljust(places, "0"))


def unscaled(number: int, places: int) -> str:
    """The canonical decimal text of `number` times ten to minus `places`."""
    digits = str(abs(number)).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")
    return f"-{text}" if number < 0 else text
