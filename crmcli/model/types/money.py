# ruff: noqa: ARG002 - the protocol's arguments
"""Amounts of money, and currencies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.model.money import DECIMALS, Money, decimals, minor_text, rounded
from crmcli.model.types.base import Column, Manual, SqlValue, ValueContext, ValueRefused
from crmcli.model.types.single import SingleText

if TYPE_CHECKING:
    from decimal import Decimal

    from crmcli.model.schema import Field

_STORED = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))? ([A-Z]{3})").fullmatch
_LOOSE = re.compile(r"([+-]?)([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:\s+([A-Za-z]{3}))?").fullmatch
_GREATEST = 2**63 - 1
_DIGITS = len(str(_GREATEST))
_SAME_SIGN = {
    "¥": ("CNY", "JPY"),
    "$": ("USD", "AUD", "CAD", "HKD", "MXN", "NZD", "SGD", "TWD"),
    "元": ("CNY", "HKD", "MOP", "TWD"),
}
_SIGNS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "₫": "VND", "₴": "UAH", "₪": "ILS",
    "฿": "THB",
    "₱": "PHP", "₦": "NGN", "RMB": "CNY", "人民币": "CNY", "美元": "USD", "欧元": "EUR", "英镑": "GBP", "日元": "JPY",
    "港元": "HKD", "港币": "HKD", "韩元": "KRW", "新台币": "TWD",
    "US$": "USD", "A$": "AUD", "C$": "CAD", "HK$": "HKD", "NT$": "TWD", "NZ$": "NZD", "S$": "SGD", "R$": "BRL",
}  # fmt: skip


class MoneyAmount(SingleText):
    """An exact amount with an ISO 4217 currency and that currency's decimals: two for EUR, none for JPY, three for KWD.

    Without a currency it is the book's. The decimal sign is a point; `12,000` and `12'000` are refused with the
    readings they could have. What is typed is rounded half to even to the currency's decimals; in a file, too many
    decimals are refused. `$`, `¥` and 元 are the book's currency where it is written so, else USD and CNY; `¥` in any
    other book is refused.
    """

    name = "money"
    family = "money"
    matches = "equal"
    manual = Manual(
        "amount: 12000.00 EUR",
        "ISO 4217 and its decimals",
        "`amount=12k` `12kEUR` `50万` `€12`",
        "number, in the book's currency; `.currency`",
    )

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """A number with an optional scale and a currency on either side."""
        from crmcli.model.types.money_typed import read_money  # noqa: PLC0415 - lists do without

        money = read_money(typed, lambda sign: currency_of(sign, context.currency), context.currency)
        return self._bounded(money, typed)

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """A number and a code; the book's currency when there is none."""
        match = _STORED(stored)
        if match and len(stored) < 20 and DECIMALS.get(match[4]) == len(match[3] or ""):
            zero = match[1] and not (match[2] + (match[3] or "")).strip("0")
            return stored[1:] if zero else stored
        return self._mended(stored, context.currency)

    def _mended(self, stored: str, book: str) -> str:
        from decimal import Decimal  # noqa: PLC0415

        match = _LOOSE(stored.strip())
        if not match:
            raise ValueRefused(f"`{stored}` is no amount", "a number and a currency, as in 12000.00 EUR")
        code = known_currency(match[3].upper()) if match[3] else book
        places = decimals(code)
        whole, _, fraction = match[2].partition(".")
        if len(whole.lstrip("0")) > _DIGITS:
            raise _too_large(stored)
        if len(fraction.rstrip("0")) > places:
            raise ValueRefused(f"{code} has {places or 'no'} decimals, `{stored}` has more", "round the amount")
        return self._bounded(Money(rounded(Decimal(match[1] + match[2]), code), code), stored)

    def _bounded(self, money: Money, written: str) -> str:
        if abs(_minor(money.amount, money.currency)) > _GREATEST:
            raise _too_large(written)
        return str(money)

    def columns(self, field: Field) -> tuple[Column, ...]:
        """Minor units, the currency, and minor units of the book's currency, by which amounts are compared."""
        return (
            Column("", "INTEGER", indexed=True),
            Column(".currency", "TEXT"),
            Column(".book", "INTEGER", indexed=True),
        )

    def index(self, stored: str, field: Field, context: ValueContext) -> tuple[SqlValue, ...]:
        """`.book` is None for another currency than the book's: the store knows the rates."""
        minor, code = int(stored[:-4].replace(".", "")), stored[-3:]
        return (minor, code, minor if code == context.currency else None)

    def show(self, stored: str, field: Field, context: ValueContext) -> str:
        """Digits in groups of three."""
        number, _, code = stored.partition(" ")
        sign = "-" if number.startswith("-") else ""
        whole, point, fraction = number.removeprefix("-").partition(".")
        return f"{sign}{int(whole):,}{point}{fraction} {code}" if whole.isdigit() else stored

    def from_index(self, values: tuple[SqlValue, ...], field: Field, context: ValueContext) -> str:
        """From minor units and the currency."""
        if values[0] is None or values[1] is None:
            return ""
        return f"{minor_text(int(values[0]), str(values[1]))} {values[1]}"


class Currency(SingleText):
    """A currency by its ISO 4217 code; its sign or, where there is one, English or native name may be typed."""

    name = "currency"
    matches = "equal"
    manual = Manual("pays_in: USD", "ISO 4217", "`pays_in=USD` `€` `美元`", "`:` equal")

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """A code, a sign or a name."""
        word = typed.strip()
        code = currency_of(word, context.currency)
        if code:
            return code
        from crmcli.model.types.names import code_by_name  # noqa: PLC0415 - only for names

        return code_by_name("currency", word, context.language) or known_currency(word.upper())

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """A code in upper case."""
        return stored if stored in DECIMALS else known_currency(stored.strip().upper())


def currency_of(word: str, book: str) -> str:
    """The code meant by a code or sign in a book of a currency, "" for none; refuse `¥` where it may be either."""
    code = word.upper()
    if code in DECIMALS:
        return code
    word = word.replace("\uffe5", "¥").replace("\uff04", "$")
    same = _SAME_SIGN.get(word)
    if same is None:
        return _SIGNS.get(word) or _SIGNS.get(code, "")
    if book in same:
        return book
    if word == "¥":
        raise ValueRefused("`¥` is both yuan and yen", "write CNY or JPY")
    return same[0]


def known_currency(code: str) -> str:
    """`code`, refused with the nearest when it is no ISO 4217 currency."""
    if code in DECIMALS:
        return code
    from crmcli.model.types.refusal import nearest_name  # noqa: PLC0415

    near = nearest_name(code, DECIMALS)
    raise ValueRefused(f"`{code}` is no currency of ISO 4217", f"did you mean {near}?" if near else "as in EUR")


def _too_large(written: str) -> ValueRefused:
    return ValueRefused(f"`{written.strip()[:40]}` is too large", "at most about 9 × 10¹⁸ of the smallest unit")


def _minor(amount: Decimal, code: str) -> int:
    return int(amount.scaleb(decimals(code)))
