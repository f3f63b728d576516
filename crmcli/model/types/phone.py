# ruff: noqa: ARG002 - the protocol's arguments
"""Phone numbers, in any notation, kept as E.164."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from crmcli.model.types.base import Manual, ValueContext, ValueRefused
from crmcli.model.types.single import SingleText

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

    from crmcli.model.schema import Field

_CANONICAL = re.compile(
    r"\+(?:1|7|2[07]|2[1-689]\d|3[0-469]|3[578]\d|4[013-9]|42\d|5[1-8]|5[09]\d|6[0-6]|6[7-9]\d|8[1246]|8[035789]\d|9[0-58]|9[679]\d)"
    r"[1-9]\d{2,13}(?:;ext=\d{1,11})?",
    re.ASCII,
).fullmatch
"""A calling code of ITU-T E.164 and a number that does not begin with 0; where it may (Italy), the library is asked."""


class Phone(SingleText):
    """A phone number as E.164 (`+8613800138000`), with `;ext=` for an extension (RFC 3966).

    Any notation is read: international, `tel:`, and national in the book's country. A number that the numbering plan
    does not know is kept when it is written with `+` and has a possible length, as people do have odd numbers; a
    national one is refused, for its country could be wrong.
    """

    name = "phone"
    matches = "equal"
    manual = Manual(
        "phone: +8613800138000",
        "phonenumbers, the book's country",
        "any notation: `0755-8888 6666 转 12`",
        "`:` any notation",
    )

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """Any notation."""
        return _read(typed.strip(), context.country.upper())

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """E.164 by its shape; anything else is read as if typed."""
        if len(stored) <= 28 and _CANONICAL(stored) and len(stored.partition(";")[0]) <= 16:
            return stored
        return _read(stored.strip(), context.country.upper())


@lru_cache(maxsize=4096)
def _read(text: str, country: str) -> str:
    from phonenumbers import NumberParseException, parse  # noqa: PLC0415 - 27 ms, and canonical numbers do without

    plain = text.replace("转", " ext. ").replace("分机", " ext. ").replace("\uff0b", "+")
    if not plain.startswith(("+", "tel:+", "00")) and not country:
        raise ValueRefused(
            f"`{text}` has no country code, and the book has no country",
            "write +CC before it, or set country in crm.toml",
        )
    if plain.startswith("00") and not country:
        plain = f"+{plain[2:]}"
    try:
        number = parse(plain, country or None)
    except NumberParseException as broken:
        raise ValueRefused(f"`{text}` is no phone number", _remedy(broken.error_type)) from None
    return _written(number, text, international=plain.startswith(("+", "tel:+")), country=country)


def _written(number: PhoneNumber, text: str, *, international: bool, country: str) -> str:
    from phonenumbers import (  # noqa: PLC0415
        PhoneNumberFormat,
        ValidationResult,
        format_number,
        is_possible_number_with_reason,
        is_valid_number,
    )

    if not is_valid_number(number):
        length = is_possible_number_with_reason(number)
        if length == ValidationResult.TOO_SHORT:
            raise ValueRefused(f"`{text}` is too short for a phone number", "digits are missing")
        if length == ValidationResult.TOO_LONG:
            raise ValueRefused(f"`{text}` is too long for a phone number", "there are digits too many")
        if not international:
            hint = f"check the digits; a number of another country starts with + (this book's country is {country})"
            raise ValueRefused(f"`{text}` is no phone number of {country}", hint)
        if length not in (ValidationResult.IS_POSSIBLE, ValidationResult.IS_POSSIBLE_LOCAL_ONLY):
            raise ValueRefused(f"`{text}` is no phone number", "check the country code and the digits")
    extension = f";ext={number.extension}" if number.extension else ""
    return f"{format_number(number, PhoneNumberFormat.E164)}{extension}"


def _remedy(reason: int) -> str:
    from phonenumbers import NumberParseException  # noqa: PLC0415

    if reason == NumberParseException.INVALID_COUNTRY_CODE:
        return "the country code after + is unknown"
    if reason == NumberParseException.TOO_LONG:
        return "there are digits too many"
    return "as in +86 138 0013 8000"
