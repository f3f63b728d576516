"""Whom an address belongs to: one of our own, somebody at a customer, a customer by its domain, or nobody the book knows.

Which types and fields that are is the schema's to say: people are whom a line of the log is had `with`, members are our
own, and any type with a field of e-mail addresses, domains or web addresses may be the one that is written to.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.importing.mail.public import PUBLIC
from crmcli.model.record import Ref
from crmcli.model.types.base import ValueRefused
from crmcli.model.types.web import email_address
from crmcli.text.fold import fold

if TYPE_CHECKING:
    from crmcli.model.schema import Field, RecordType
    from crmcli.store.book import Book

MEMBER = "member"
_MAIL, _HOSTS = ("email",), ("domain", "url")
_SHOWN = 3


class Party(NamedTuple):
    """Who has an address: the record mail with it belongs to, the people it names.

    `by_domain`: not the address was found but its domain. `trouble` says why nobody can tell; nothing of it means that nobody
    has it.
    """

    on: Ref | None = None
    people: tuple[Ref, ...] = ()
    trouble: str = ""
    by_domain: bool = False


class Holder(NamedTuple):
    """A record that has an address or a domain."""

    ref: Ref
    archived: bool


class Parties:
    """Knows every address of the book, read once."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._plurals = {record_type.plural for record_type in book.setup.types.values() if not record_type.embedded}
        self.people_type = _people_type(book)
        self.link = _link(book, self.people_type)
        own = book.setup.types.get(MEMBER)
        self._own = {address: holders[0].ref.id for address, holders in self._values(own, _MAIL).items()} if own else {}
        self._addresses: dict[str, list[Holder]] = {}
        self._hosts: dict[str, list[Holder]] = {}
        for record_type in book.setup.types.values():
            if record_type.embedded or record_type is own:
                continue
            for address, holders in self._values(record_type, _MAIL).items():
                self._addresses.setdefault(address, []).extend(holders)
            for host, holders in self._values(record_type, _HOSTS).items():
                self._hosts.setdefault(_host(host), []).extend(holders)
        self._merged = {
            str(row[2]): Ref(str(row[0]), str(row[1])) for row in book.index.rows(_MERGED, ()) if "@" in str(row[2])
        }
        self._found: dict[str, Party] = {}

    @property
    def knows_own(self) -> bool:
        """Whether any member has an address."""
        return bool(self._own)

    def member(self, address: str) -> str:
        """The id of the member who has an address, "" for none."""
        return self._own.get(plain(address), "")

    def of(self, address: str) -> Party:
        """Who has an address; a subdomain belongs to whom its domain belongs to."""
        name = plain(address)
        party = self._found.get(name)
        if party is None:
            party = self._found[name] = self._of(name)
        return party

    def add_person(self, address: str, ref: Ref, whole: Ref | None) -> None:
        """Make a person known who is made in this import."""
        self._found[plain(address)] = Party(whole or ref, (ref,))

    def whole_for_people(self, on: Ref | None) -> Ref | None:
        """The record, where people can be part of one of its type."""
        field = self.people_type.fields[self.link] if self.people_type and self.link else None
        whole = self._book.setup.types.get(field.reference) if field else None
        return on if on and whole and on.plural == whole.plural else None

    def is_there(self, ref: Ref) -> bool:
        """Whether a record has a file."""
        if ref.plural not in self._plurals:
            return False
        return self._book.index.row(f'SELECT 1 FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,)) is not None  # noqa: S608 - a plural

    def _of(self, name: str) -> Party:
        holders = _standing(self._addresses.get(name, []))
        merged = self._merged.get(fold(name))
        if holders or merged:
            return self._among(name, holders or [merged] if merged else holders)
        host = name.rpartition("@")[2]
        while "." in host and host not in PUBLIC:
            holders = _standing(self._hosts.get(host, []))
            if holders:
                return self._among(host, holders)._replace(by_domain=True)
            host = host.partition(".")[2]
        return Party()

    def _among(self, name: str, holders: list[Ref]) -> Party:
        plural = self.people_type.plural if self.people_type else ""
        people = tuple(ref for ref in holders if ref.plural == plural)
        wholes = dict.fromkeys(self._whole(ref) for ref in people or holders)
        if len(wholes) == 1:
            return Party(next(iter(wholes)), people)
        listed = ", ".join(map(str, holders[:_SHOWN])) + (", …" if len(holders) > _SHOWN else "")
        return Party(trouble=f"{name} is of {len(holders)} records: {listed}")

    def _whole(self, ref: Ref) -> Ref:
        """What a record is part of, or itself."""
        row = self._book.index.row(
            'SELECT to_type, to_id FROM refs WHERE "type" = ? AND id = ? AND within = 1 ORDER BY field LIMIT 1',
            tuple(ref),
        )
        return Ref(str(row[0]), str(row[1])) if row else ref

    def _values(self, record_type: RecordType, kinds: tuple[str, ...]) -> dict[str, list[Holder]]:
        found: dict[str, list[Holder]] = {}
        for field in record_type.fields.values():
            if field.type in kinds and not field.calc:
                for name, value, archived in self._book.index.rows(_question(record_type, field), ()):
                    holder = Holder(Ref(record_type.plural, str(name)), bool(archived))
                    found.setdefault(_compared(str(value)), []).append(holder)
        return found


def plain(address: str) -> str:
    """An address as it is compared."""
    if not address.isascii() or "xn--" in address:
        try:
            address = email_address(address)
        except ValueRefused:
            return address.casefold()
    return address.casefold()


_compared = str.casefold
_MERGED = 'SELECT "type", new, fold FROM merged_keys ORDER BY event'
"""What records answered to that went into others."""


def _question(record_type: RecordType, field: Field) -> str:
    table = f'"rec_{record_type.plural}"'
    if field.many:
        return (
            f"SELECT i.id, i.value, r.archived FROM items i JOIN {table} r ON r.id = i.id "  # noqa: S608 - names of the schema
            f"WHERE i.\"type\" = '{record_type.plural}' AND i.field = '{field.name}' ORDER BY i.id"
        )
    return f'SELECT id, "{field.name}", archived FROM {table} WHERE "{field.name}" IS NOT NULL ORDER BY id'  # noqa: S608


def _standing(holders: list[Holder]) -> list[Ref]:
    """Those that are not archived; the archived ones where there is no other."""
    return list(dict.fromkeys([h.ref for h in holders if not h.archived] or [h.ref for h in holders]))


def _host(value: str) -> str:
    """The host of a domain or a web address."""
    host = value.partition("://")[2] or value
    for mark in "/?#":
        host = host.partition(mark)[0]
    return host.rpartition("@")[2].partition(":")[0].removeprefix("www.")


def _people_type(book: Book) -> RecordType | None:
    log = book.setup.types.get("log")
    field = log.fields.get("with") if log else None
    return book.setup.types.get(field.reference) if field else None


def _link(book: Book, people: RecordType | None) -> str:
    """The field that says of what a person is part."""
    fields: Iterator[Field] = iter(people.fields.values() if people else ())
    return next((field.name for field in fields if field.within and field.reference in book.setup.types), "")
