"""`crm export hledger` and `beancount`: which deals, and what is said of those that are left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from crmcli.actions.exporting.wins import FORMATS, ledger, sold_type, wins
from crmcli.cli.exporting import ExportTypeError
from crmcli.cli.nouns import noun_names, nouns
from crmcli.model.record import parse_ref
from crmcli.query.sql import Sql
from crmcli.reports.listing import Request, list_records

if TYPE_CHECKING:
    from crmcli.cli.session import Session
    from crmcli.model.schema import RecordType


def entries(
    session: Session, form: str, words: Sequence[str], accounts: tuple[str, str], *, private: bool
) -> Iterator[str]:
    """The entries of the won deals that a filter finds."""
    record_type, rest = _type(session, form, words)
    options = session.options
    won = Request(list(rest), "id", options.sort, options.limit or None, people=False, only=Sql("r._kind = 'won'", ()))
    table = list_records(session.book, record_type, won)
    found = wins(session.book, record_type, [parse_ref(ref) for ref in table.refs], private=private)
    session.out.insist(found=bool(found.bookings))
    for sentence in (*(f"warning: {warning}" for warning in table.warnings), *found.told):
        session.out.note(sentence)
    return ledger(form, found, accounts)


def _type(session: Session, form: str, words: Sequence[str]) -> tuple[RecordType, Sequence[str]]:
    """The type the first word names, else the one that is sold."""
    setup = session.book.setup
    for record_type in nouns(setup):
        if words and words[0] in (record_type.plural, record_type.name, *record_type.alias):
            return record_type, words[1:]
    sold = sold_type(session.book)
    if sold is None:
        raise ExportTypeError(form, words[0] if words else "", noun_names(setup))
    return sold, words


__all__ = ["FORMATS", "entries"]
