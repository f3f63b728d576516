"""Address cards become people, and those of organisations customers; a card that was imported before changes its record.

A file, or a folder of files as phones and khard keep them, is one op for the people in it, and one before it for the
organisations that have cards of their own. What no field holds is kept with the record (`docs/formats.md`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.actions.content.card_fields import usual_map
from crmcli.actions.content.card_map import PERSON, company_type, own_map
from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.cards import CARDS, CardReader, cards_in, is_company, other_kind
from crmcli.actions.importing.entry_files import EntryFiles, take_entries
from crmcli.actions.importing.outcome import ImportOutcome
from crmcli.errors import UsageError
from crmcli.store.setup.import_map import MapPart, load_import_map
from crmcli_formats import vcard
from crmcli_formats.contentlines import Component
from crmcli_formats.registry import Format

if TYPE_CHECKING:
    from crmcli.store.book import Book


class CardTypeMissingError(UsageError):
    """Cards, and no record type that they are of."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"cards become records of the type {name}, which this book has not",
            hint="say which: crm import FILE --to TYPE",
        )


def take(book: Book, path: Path, form: Format, asked: Asked) -> list[ImportOutcome]:
    """Import the cards of a file or a folder; refused ones go to `FILE.rejects.vcf` and stop nothing."""
    del form
    people = _people(book, asked)
    company = company_type(book, people)
    encoding = asked.choices.encoding

    def cards(*, companies: bool) -> Iterator[tuple[str, Component]]:
        for source, card in cards_in(path, vcard, encoding):
            if (company is not None and not card.trouble and is_company(card)) == companies:
                yield source, card

    found = []
    if company is not None and next(cards(companies=True), None) is not None:
        files = EntryFiles(path, usual_map(company), lambda: cards(companies=True), CardReader, CARDS, "vcf", "card")
        found.append(take_entries(book, files, asked._replace(to=""), other_kind))
    files = EntryFiles(path, people, lambda: cards(companies=False), CardReader, CARDS, "vcf", "card")
    outcome = take_entries(book, files, asked, other_kind)
    return [*found, outcome] if outcome.rows or not found else found


def _people(book: Book, asked: Asked) -> MapPart:
    if asked.by:
        name, _, part = asked.by.partition(".")
        return load_import_map(book.root, name).part_for("", part)
    own = own_map(book)
    if own is not None and not asked.to:
        return own
    wanted = asked.to or PERSON
    record_type = book.setup.types.get(wanted) or book.setup.by_plural(wanted)
    if record_type is None or record_type.embedded:
        raise CardTypeMissingError(wanted)
    return usual_map(record_type)
