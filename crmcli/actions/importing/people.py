"""The people of a calendar entry, by their e-mail addresses: contacts, members, and those nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.record import Ref
from crmcli.text.fold import fold
from crmcli_formats.contentlines import Component

if TYPE_CHECKING:
    from crmcli.store.book import Book

MEMBERS = "members"


class People(NamedTuple):
    """Who is in an entry."""

    contacts: list[Ref]
    members: list[Ref]
    others: list[str]  # addresses
    organizer: str = ""  # a member's id


def people_of(book: Book, entry: Component) -> People:
    """The people that an entry names as attendees or organizer."""
    log = book.setup.types.get("log")
    field = log.fields.get("with") if log else None
    person = book.setup.types.get(field.reference) if field else None
    contacts: dict[Ref, None] = {}
    members: dict[Ref, None] = {}
    others: dict[str, None] = {}
    organizer = ""
    for one in (*entry.all("ATTENDEE"), *entry.all("ORGANIZER")):
        mail = one.text.strip()
        mail = mail[7:] if mail[:7].lower() == "mailto:" else mail or "".join(one.param("EMAIL"))
        mine, theirs = _holders(book, MEMBERS, mail), _holders(book, person.plural, mail) if person else []
        members.update(dict.fromkeys(mine))
        contacts.update(dict.fromkeys(theirs))
        if not mine and not theirs and mail:
            others[mail] = None
        if mine and one.name == "ORGANIZER":
            organizer = mine[0].id
    return People(list(contacts), list(members), list(others), organizer)


def _holders(book: Book, plural: str, mail: str) -> list[Ref]:
    """Whose an address is; nobody's where it is several people's."""
    if not mail or book.setup.by_plural(plural) is None:
        return []
    rows = book.index.rows('SELECT DISTINCT id FROM keys WHERE "type" = ? AND fold = ?', (plural, fold(mail)))
    return [Ref(plural, str(row[0])) for row in rows] if len(rows) == 1 else []
