"""Bookings as text for hledger (hledger.org/hledger.html#journal) and beancount (beancount.github.io, Language Syntax).

The entries are those of the shipped hook `won-to-ledger`, with the same key for the same win, so that a file which has both
has each once. Whatever a name holds, it stays on its line and in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from crmcli.errors import UsageError
from crmcli.text.display import safe

HLEDGER: Final = "hledger"
BEANCOUNT: Final = "beancount"

_CONTROLS = dict.fromkeys((*range(32), *range(127, 160), 0x2028, 0x2029), " ")
_BEANCOUNT_ACCOUNT = re.compile(
    r"[A-Z\u0080-\U0010ffff][A-Za-z0-9\u0080-\U0010ffff-]*(?::[A-Z0-9\u0080-\U0010ffff][A-Za-z0-9\u0080-\U0010ffff-]*)+"
).fullmatch
_UNFIT = re.compile(r"[\x00-\x1f\x7f;]|  |^[(\[*!]|^\s|\s$|^$|^:|:$|::")


class Booking(NamedTuple):
    """A won deal: the day (ISO), what it is, who pays; the amount as text, its currency; the key it is known by."""

    day: str
    id: str
    title: str
    payee: str
    payee_id: str
    amount: str
    currency: str
    key: str


class Accounts(NamedTuple):
    """The account that gets the amount, and the one it comes from; "" for the usual ones."""

    debit: str = ""
    credit: str = ""


USUAL = {
    HLEDGER: Accounts("assets:receivable", "income:sales"),
    BEANCOUNT: Accounts("Assets:Receivable", "Income:Sales"),
}


class AccountMalformedError(UsageError):
    """A name that is no account."""

    def __init__(self, form: str, name: str) -> None:
        super().__init__(f"{name!r} is no account of {form}", hint=f"as {USUAL[form].debit}")


def written(form: str, bookings: Iterable[Booking], accounts: Accounts) -> Iterator[str]:
    """The entries, one after the other; raises `AccountMalformedError` (exit 2) before the first."""
    usual = USUAL[form]
    meant = Accounts(accounts.debit or usual.debit, accounts.credit or usual.credit)
    for name in meant:
        if _UNFIT.search(name) or (form == BEANCOUNT and not _BEANCOUNT_ACCOUNT(name)):
            raise AccountMalformedError(form, name)
    entry = _for_beancount if form == BEANCOUNT else _for_hledger
    return (entry(booking, meant) for booking in bookings)


def _for_hledger(booking: Booking, accounts: Accounts) -> str:
    payee, title = (_described(text) for text in (booking.payee, booking.title))
    said = f"{payee} | {title}" if payee else title
    account = f"{accounts.debit}:{booking.payee_id}" if booking.payee_id else accounts.debit
    return (
        f"\n{booking.day} * ({booking.id}) {said}  ; crm-key:{booking.key}, deal:{booking.id}\n"
        f"    {account}  {booking.amount} {booking.currency}\n    {accounts.credit}\n"
    )


def _for_beancount(booking: Booking, accounts: Accounts) -> str:
    payee, title = (_quoted(text) for text in (booking.payee, booking.title))
    return (
        f"\n{booking.day} * {payee} {title}\n"
        f'  crm-key: "{booking.key}"\n  deal: "{booking.id}"\n'
        f"  {accounts.debit}  {booking.amount} {booking.currency}\n  {accounts.credit}\n"
    )


def _described(text: str) -> str:
    """Text for a description of hledger, in which `;` begins a comment and `|` divides the payee from the rest."""
    return _line(text).replace(";", ",").replace("|", ",")


def _quoted(text: str) -> str:
    """A string of beancount."""
    return '"' + _line(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _line(text: str) -> str:
    return safe(" ".join(text.translate(_CONTROLS).split()))
