# ruff: noqa: ARG002 - the protocol's arguments
"""Bank accounts and cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.types.base import Manual, ValueContext, ValueRefused
from crmcli.model.types.single import SingleText

if TYPE_CHECKING:
    from crmcli.model.schema import Field


class Account(SingleText):
    """Where money goes: an IBAN, a card number, or a domestic account after its country's code.

    An IBAN must satisfy mod-97 (ISO 13616), a bare number the card check digit (Luhn, ISO/IEC 7812-1). Countries
    without IBANs have no check digit for accounts, so those are written after the country, as in
    `CN4000021209200012345`: letters and digits, at most 34. Blanks and hyphens are dropped.
    """

    name = "account"
    family = "none"
    matches = "equal"
    manual = Manual(
        "bank: GB82WEST12345698765432", "mod-97, Luhn", "IBAN, card, or country and account", "`:any` `:none`"
    )

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """Check digits, where the kind of number has them."""
        text = stored.replace(" ", "").replace("-", "").upper()
        if not (text.isascii() and text.isalnum()) or not 8 <= len(text) <= 34:
            raise ValueRefused(
                f"`{stored}` is no account number",
                "8 to 34 letters and digits: an IBAN, a card, or country and account",
            )
        return _card(text) if text.isdigit() else _after_country(text)


def _card(digits: str) -> str:
    if not _luhn(digits):
        hint = f"check the digits; an account that is no card is written after its country, as in CN{digits}"
        raise ValueRefused(f"the check digit of card {digits} is wrong", hint)
    return digits


def _luhn(digits: str) -> bool:
    from stdnum import luhn  # noqa: PLC0415

    return len(digits) >= 12 and bool(luhn.is_valid(digits))


def _after_country(text: str) -> str:
    from crmcli.model.types.country import COUNTRIES  # noqa: PLC0415

    with_iban = text[:2] in _IBAN.split()
    if not with_iban and text[:2] not in COUNTRIES:
        raise ValueRefused(
            f"`{text[:2]}` is no country", "an account starts with its country's two letters, as in DE or CN"
        )
    if not with_iban:
        return text
    from stdnum import iban  # noqa: PLC0415
    from stdnum.exceptions import ValidationError  # noqa: PLC0415

    try:
        return str(iban.validate(text, check_country=False))
    except ValidationError:
        raise ValueRefused(
            f"{text} is no IBAN: length or check digits are wrong", "compare it with the invoice"
        ) from None


_IBAN = (
    "AD AE AL AT AZ BA BE BG BH BI BR BY CH CR CY CZ DE DJ DK DO EE EG ES FI FK FO FR GB GE GI GL GR GT HN HR HU "
    "IE IL IQ IS IT JO KW KZ LB LC LI LT LU LV LY MC MD ME MK MN MR MT MU NI NL NO OM PK PL PS PT QA RO RS RU SA "
    "SC SD SE SI SK SM SO ST SV TL TN TR UA VA VG XK YE"
)
"""Countries of the IBAN registry (SWIFT, IBAN Registry, release 101)."""
