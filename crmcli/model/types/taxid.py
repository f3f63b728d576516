# ruff: noqa: ARG002 - the protocol's arguments
"""Tax numbers of companies."""

from __future__ import annotations

from functools import lru_cache
from operator import mul
from typing import TYPE_CHECKING

from crmcli.model.types.base import Manual, ValueContext, ValueRefused
from crmcli.model.types.single import SingleText

if TYPE_CHECKING:
    from crmcli.model.schema import Field

_MEMBERS = "AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI"
_EU = frozenset(_MEMBERS.split())


class TaxId(SingleText):
    """The number a company is taxed under.

    Eighteen characters are a Chinese unified social credit code, whose check digit must be right (GB 32100-2015). A
    number after a prefix of the European Union must be a VAT number of that country. Elsewhere the shape is looked
    at: 5 to 20 letters and digits; in a Chinese book such a number needs its country's two letters in front. Blanks,
    points and hyphens are dropped.
    """

    name = "taxid"
    matches = "equal"
    manual = Manual("taxid: 91440300708461136T", "GB 32100 check digit; EU VAT", "as is", "`:` equal")

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """Check digit or shape, by its country."""
        if len(stored) == 18 and stored[:8].isdigit() and _is_right(stored):
            return stored
        return _checked(stored, context.country.upper())


@lru_cache(maxsize=4096)
def _checked(stored: str, country: str) -> str:
    text = "".join(letter for letter in stored.upper() if letter not in " .-/\u3000")
    if not (text.isascii() and text.isalnum()):
        raise ValueRefused(
            f"`{stored}` is no tax number", "letters and digits, as in 91440300708461136T or DE136695976"
        )
    if len(text) == 18 and text[:8].isdigit():
        return _social_credit(text)
    if text[:2] in _EU and len(text) > 2:
        return _vat(text)
    if country == "CN" and not text[:2].isalpha():
        raise ValueRefused(
            f"{text} has {len(text)} characters, a social credit code has 18",
            "a foreign number starts with its country, as in US123456789",
        )
    if not 5 <= len(text) <= 20 or not any(letter.isdigit() for letter in text):
        raise ValueRefused(f"`{stored}` is no tax number", "5 to 20 letters and digits")
    return text


_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {letter: value for value, letter in enumerate(_LETTERS)}
_WEIGHTS = tuple(3**place % 31 for place in range(17))


def _is_right(code: str) -> bool:
    """Whether the last character makes the weighted sum of all a multiple of 31 (GB 32100-2015, appendix A)."""
    try:
        total: int = sum(map(mul, map(_VALUES.__getitem__, code), _WEIGHTS))
        rest = (total + _VALUES[code[17]]) % 31
    except KeyError:
        return False
    return rest == 0


def _social_credit(code: str) -> str:
    from stdnum.cn import uscc  # noqa: PLC0415
    from stdnum.exceptions import InvalidChecksum, ValidationError  # noqa: PLC0415

    try:
        return str(uscc.validate(code))
    except InvalidChecksum:
        raise ValueRefused(f"the check digit of {code} is wrong", "compare it with the business licence") from None
    except ValidationError:
        raise ValueRefused(
            f"{code} is no social credit code", "8 digits, then digits and letters without I O S V Z"
        ) from None


def _vat(number: str) -> str:
    from stdnum.eu import vat  # noqa: PLC0415
    from stdnum.exceptions import ValidationError  # noqa: PLC0415

    try:
        valid = str(vat.validate(number))
    except ValidationError:
        raise ValueRefused(f"{number} is no VAT number of {number[:2]}", "compare it with an invoice") from None
    return valid if valid[:2] == number[:2] else number[:2] + valid
