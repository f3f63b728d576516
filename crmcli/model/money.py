"""Money: an exact decimal and an ISO 4217 currency, and its integer minor units.

The decimals of each currency are those of ISO 4217 List One (maintenance agency SIX, six-group.com, "Minor unit").
Codes without a minor unit (gold, SDR, testing: XAU, XDR, XTS, XXX …) are nothing one pays in and are left out;
currencies withdrawn since 2010 stay, for old invoices keep theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.light import NamedTuple

if TYPE_CHECKING:
    from decimal import Decimal

_TWO = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW "
    "CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF "
    "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK "
    "MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP "
    "SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG "
    "YER ZAR ZMW ZWG"
)
_TWO_WITHDRAWN = "ANG BGN CUC EEK HRK LTL LVL MRO SLL STD VEF ZMK ZWL"
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_NONE_WITHDRAWN = "BYR"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_FOUR = "CLF UYW"

WITHDRAWN = frozenset([*_TWO_WITHDRAWN.split(), *_NONE_WITHDRAWN.split()])
DECIMALS = {
    **dict.fromkeys([*_TWO.split(), *_TWO_WITHDRAWN.split()], 2),
    **dict.fromkeys([*_NONE.split(), *_NONE_WITHDRAWN.split()], 0),
    **dict.fromkeys(_THREE.split(), 3),
    **dict.fromkeys(_FOUR.split(), 4),
}
"""Decimals by currency code."""

_LONGEST = 60
"""Digits before the point that an amount is rounded with; none that a book holds has as many."""


class Money(NamedTuple):
    """An amount of a currency, exact, with that currency's decimals."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        """The stored form."""
        return f"{self.amount:f} {self.currency}"


def decimals(currency: str) -> int:
    """How many decimals `currency` has; `KeyError` for none that is known."""
    return DECIMALS[currency]


def rounded(amount: Decimal, currency: str) -> Decimal:
    """`amount`, of at most 60 digits before the point, with the currency's decimals, half to even."""
    from decimal import ROUND_HALF_EVEN, Context, Decimal  # noqa: PLC0415 - lists do without

    places = Decimal(1).scaleb(-decimals(currency))
    exact = amount.quantize(places, rounding=ROUND_HALF_EVEN, context=Context(prec=80))
    return abs(exact) if exact.is_zero() else exact


def parse_money(stored: str, default_currency: str) -> Money:
    """Read the stored form, `12000.00 EUR` or `12000` of the default currency; `ValueError` for anything else."""
    from decimal import Decimal, InvalidOperation  # noqa: PLC0415

    number, _, currency = stored.partition(" ")
    try:
        amount = Decimal(number)
    except InvalidOperation:
        raise ValueError(f"no amount of money: {stored!r}") from None
    code = currency or default_currency
    if code not in DECIMALS or not amount.is_finite() or amount.adjusted() >= _LONGEST:
        raise ValueError(f"no amount of money: {stored!r}")
    return Money(rounded(amount, code), code)


def minor_units(money: Money) -> int:
    """The amount in the currency's smallest units: 12.34 EUR → 1234, 500 JPY → 500."""
    return int(rounded(money.amount, money.currency).scaleb(decimals(money.currency)))


def from_minor(minor: int, currency: str) -> Decimal:
    """The amount of so many smallest units."""
    from decimal import Decimal  # noqa: PLC0415

    return Decimal(minor_text(minor, currency))


def minor_text(minor: int, currency: str) -> str:
    """The amount of so many smallest units as text with all the currency's decimals, without touching `decimal`."""
    places = decimals(currency)
    digits = str(abs(minor)).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{text}" if minor < 0 else text
