"""Won deals as bookings: each on the day it was won, as the journal has it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.money import parse_money
from crmcli.model.private import has_private_title
from crmcli.model.record import Ref
from crmcli_formats.ledger import BEANCOUNT, HLEDGER, Accounts, Booking, written

if TYPE_CHECKING:
    from crmcli.model.schema import Field, RecordType
    from crmcli.store.book import Book

FORMATS = (HLEDGER, BEANCOUNT)
AMOUNT = "amount"
_HOOK = "won-to-ledger"
"""The hook that books a win when it happens; its entries have the same keys."""

_DEAL, _MEMBER = "deal", "member"
_CHUNK = 5_000
_MOVES = """SELECT m.id, m.kind, m.event, substr(e."local", 1, 10) FROM moves m JOIN events e ON e.id = m.event
WHERE m."type" = ? AND m.id IN (SELECT value FROM json_each(?)) ORDER BY m.id, m.at, m.event"""


class Wins(NamedTuple):
    """Bookings, the oldest first, and sentences about what is not among them."""

    bookings: list[Booking]
    told: list[str]


def ledger(form: str, found: Wins, accounts: tuple[str, str]) -> Iterator[str]:
    """The text of a journal; `accounts` are debit and credit, "" for the usual ones. Raises `AccountMalformedError` (exit 2)."""
    return written(form, found.bookings, Accounts(*accounts))


def sold_type(book: Book) -> RecordType | None:
    """Deals; where a book has none, the first type whose records are won for an amount of money."""
    types = book.setup.types
    found = [one for one in types.values() if one.stage and AMOUNT in one.fields and one.fields[AMOUNT].type == "money"]
    return next((one for one in found if one.name == _DEAL), found[0] if found else None)


def wins(book: Book, record_type: RecordType, refs: Sequence[Ref], *, private: bool = False) -> Wins:
    """The bookings of records that are won; what is called by a `private` field is called by its id."""
    payer = _payer(book, record_type)
    nameless = has_private_title(record_type) and not private
    found: list[Booking] = []
    told: list[str] = []
    won = _won(book, record_type, [ref.id for ref in refs])
    for ref in refs:
        fields = book.read_record(ref)
        stored = fields.text(AMOUNT)
        if ref.id not in won:
            told.append(f"{ref} is left out: the journal does not say when it was won")
            continue
        if not stored:
            told.append(f"{ref} is left out: it has no {AMOUNT}")
            continue
        try:
            money = parse_money(stored, book.setup.config.currency)
        except ValueError:
            told.append(f"{ref} is left out: {stored!r} is no {AMOUNT}")
            continue
        payee = fields.text(payer.name).strip("[]") if payer else ""
        event, day = won[ref.id]
        key = f"{event}.{_HOOK}"
        title = ref.id if nameless else fields.text(record_type.title) or ref.id
        who = _name(book, payer, payee, private=private)
        found.append(Booking(day, ref.id, title, who, payee, f"{money.amount:f}", money.currency, key))
    found.sort(key=lambda booking: (booking.day, booking.id))
    return Wins(found, told)


def _won(book: Book, record_type: RecordType, names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The event with which each record became won, and its day as the event has it."""
    won: dict[str, tuple[str, str]] = {}
    for place in range(0, len(names), _CHUNK):
        rows = book.index.rows(_MOVES, (record_type.plural, json.dumps(names[place : place + _CHUNK])))
        for name, moves in groupby(rows, key=lambda row: str(row[0])):
            for _, kind, event, day in moves:
                if kind != "won":
                    won.pop(name, None)
                else:
                    won.setdefault(name, (str(event), str(day)))
    return won


def _payer(book: Book, record_type: RecordType) -> Field | None:
    """The first field that points at somebody who is none of us."""
    types = book.setup.types
    fields = (
        field
        for field in record_type.fields.values()
        if field.reference in types and not field.many and not field.embedded
    )
    return next((field for field in fields if field.reference not in (_MEMBER, record_type.name)), None)


def _name(book: Book, payer: Field | None, name: str, *, private: bool) -> str:
    if payer is None or not name:
        return ""
    who = book.setup.types[payer.reference]
    if has_private_title(who) and not private:
        return name
    row = book.index.row(f'SELECT "_title" FROM "rec_{who.plural}" WHERE id = ?', (name,))  # noqa: S608
    return str(row[0]) if row else name
