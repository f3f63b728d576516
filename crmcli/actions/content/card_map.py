"""The map of cards for a type, in both directions: the book's own `imports/vcard.toml`, else by the usual names of fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.actions.content.card_fields import ORG, SYSTEM, usual_map
from crmcli.store.setup.import_map import MapPart, import_map_names, load_import_map

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType
    from crmcli.store.book import Book

PERSON = "contact"


def own_map(book: Book) -> MapPart | None:
    """The book's own map of cards."""
    return load_import_map(book.root, SYSTEM).own if SYSTEM in import_map_names(book.root) else None


def card_map(book: Book, record_type: RecordType) -> tuple[MapPart | None, bool]:
    """The map of a type whose records have cards, None for others; and whether they are organisations."""
    own = own_map(book)
    person = book.setup.types.get(own.to if own else PERSON)
    if person is None:
        return None, False
    people = own or usual_map(person)
    if record_type.name == person.name:
        return people, False
    company = company_type(book, people)
    if company is not None and company.name == record_type.name:
        return usual_map(company), True
    return None, False


def company_type(book: Book, people: MapPart) -> RecordType | None:
    """The type of the records that an organisation's name refers to."""
    record_type = book.setup.types.get(people.to)
    field = record_type.fields.get(people.columns.get(ORG, "")) if record_type else None
    return book.setup.types.get(field.reference) if field and field.reference not in ("", people.to) else None
