"""Bookings as text: those of the shipped hook, on their line whatever a name holds."""

from __future__ import annotations

import pytest

from crmcli_formats.ledger import BEANCOUNT, HLEDGER, AccountMalformedError, Accounts, Booking, written
from tests.hooks import test_shipped

WIN = Booking(
    "2026-11-20",
    "acme-renewal-2p9dk",
    "Acme renewal",
    "",
    "acme-7k3f9",
    "12000.00",
    "EUR",
    "01JD000000000000000000EV01.won-to-ledger",
)


def text(form: str, booking: Booking, accounts: Accounts | None = None) -> str:
    return "".join(written(form, [booking], accounts or Accounts()))


def test_an_entry_is_what_the_hook_writes() -> None:
    assert text(HLEDGER, WIN) == test_shipped.HLEDGER
    assert text(BEANCOUNT, WIN._replace(payee="acme-7k3f9")) == test_shipped.BEANCOUNT


def test_the_customer_is_the_payee() -> None:
    assert "2026-11-20 * (acme-renewal-2p9dk) Acme GmbH | Acme renewal  ; " in text(
        HLEDGER, WIN._replace(payee="Acme GmbH")
    )


def test_names_stay_in_their_place() -> None:
    naughty = WIN._replace(title='a;b|c\n2026-01-01 x "y" \\', payee='; |"\u2028x\u202e')
    hledger = text(HLEDGER, naughty).split("\n")
    assert hledger[1].startswith(
        '2026-11-20 * (acme-renewal-2p9dk) , ," x<U+202E> | a,b,c 2026-01-01 x "y" \\  ; crm-key:'
    )
    assert len(hledger) == len(text(HLEDGER, WIN).split("\n"))
    beancount = text(BEANCOUNT, naughty).split("\n")
    assert beancount[1] == '2026-11-20 * "; |\\" x<U+202E>" "a;b|c 2026-01-01 x \\"y\\" \\\\"'
    assert len(beancount) == len(text(BEANCOUNT, WIN).split("\n"))


def test_accounts_are_chosen() -> None:
    assert "\n    资产:应收:acme-7k3f9  12000.00 EUR\n    收入\n" in text(HLEDGER, WIN, Accounts("资产:应收", "收入"))
    assert "\n  Assets:A-1  12000.00 EUR\n  Income:Sales\n" in text(BEANCOUNT, WIN, Accounts("Assets:A-1", ""))


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (HLEDGER, "a  b"),
        (HLEDGER, "a\nb"),
        (HLEDGER, "(a)"),
        (HLEDGER, "a;b"),
        (HLEDGER, "a::b"),
        (BEANCOUNT, "assets:x"),
        (BEANCOUNT, "Assets"),
    ],
)
def test_what_is_no_account_is_refused(form: str, name: str) -> None:
    with pytest.raises(AccountMalformedError):
        written(form, [WIN], Accounts("", name))
