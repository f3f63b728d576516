"""Records as address cards: their fields, and what was kept of the cards they came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.actions.attach import FOLDER
from crmcli.actions.content.card_fields import NAME, ORG, STRUCTURED, SYSTEM, UID, made_property, uid_of
from crmcli.actions.content.card_map import card_map
from crmcli.actions.content.slots import Slot, divided, given_back, slots_of
from crmcli.actions.exporting.outgoing import Kind, Outgoing
from crmcli.actions.importing.binding import bind
from crmcli.actions.importing.cards import words_of
from crmcli.errors import BadDataError, UsageError
from crmcli.model.keys import by_field
from crmcli.model.private import has_private_title, private_names
from crmcli.model.record import Fields, Record, Ref, Value
from crmcli.store import disk
from crmcli.store.inside import Inside
from crmcli_formats import vcard
from crmcli_formats.contentlines import Component, Property, escape

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType
    from crmcli.store.book import Book

IMAGES = ("image", "file")
LARGEST = 16 * 1024 * 1024
"""Bytes of a picture that goes into a card."""


class NoCardError(UsageError):
    """Records that are neither people nor organisations."""

    def __init__(self, record_type: RecordType, known: Sequence[str]) -> None:
        super().__init__(f"{record_type.plural} are no address cards", hint=f"there are cards of {', '.join(known)}")


class Cards:
    """Makes cards of the records of one type; `told` is what could not go out."""

    def __init__(self, book: Book, record_type: RecordType, *, private: bool) -> None:
        self._book = book
        self._type = record_type
        part, self._company = card_map(book, record_type)
        if part is None:
            raise NoCardError(record_type, [t.plural for t in book.setup.types.values() if card_map(book, t)[0]])
        binding = bind(part, list(part.columns), book.setup, record_type.name)
        self.slots = slots_of(book, binding, own=(UID,))
        self._private = private
        names = frozenset() if private else private_names(record_type)
        pictures = frozenset(name.upper() for name in self._images() if name in names)
        self._hidden = pictures | {slot.name for slot in self.slots if slot.field.name in names}
        self._inside = Inside(book.root)
        self.told: list[str] = []

    def of(self, ref: Ref) -> Outgoing:
        """The card of a record."""
        record = self._book.read_record(ref)
        fields = by_field(self._type, record.fields)
        lines = [line for line in record.items(SYSTEM) if line]
        kept = [found for line in lines if (found := vcard.kept_property(line)) is not None]
        kept = [whole for one in kept if (whole := self._whole(ref, one)) is not None]
        own_uid = next((one.text for one in kept if one.name == UID), "")
        kept = [one for one in kept if one.name != UID]
        pseudo = Component("VCARD", 0, tuple(kept))
        by_slot, rest = divided(kept, self.slots)
        out = list(rest)
        shown = [line for line in lines if not self._is_hidden(line)]
        base: Fields = {SYSTEM: shown} if shown else {}
        for place, slot in enumerate(self.slots):
            value = fields.get(slot.column.stored) or ""
            if slot.name not in self._hidden:
                base[slot.column.stored] = value
                titled = self._titles(slot, value)
                out += given_back(
                    slot, titled, by_slot.get(place, []), lambda p, f: words_of(pseudo, p, f), made_property
                )
        out = [one for one in out if one.name not in self._hidden]
        out += self._pictures(ref, record)
        uid = own_uid or uid_of(record.items("keys"), SYSTEM) or ref.id
        inner = [line for line in lines if line.upper().startswith("BEGIN:")]
        nameless = not self._private and has_private_title(self._type)
        called = ref.id if nameless else record.text(self._type.title)
        out += [Property(0, NAME, escape(called))] if nameless else []
        named = any(called in words_of(pseudo, one, self.slots[0].field) for one in kept if one.name == NAME)
        return Outgoing(uid, _joined(self._named(out, called, named=named)), inner, base, hidden=self._hidden)

    def _titles(self, slot: Slot, value: Value) -> Value:
        """A reference as the title of its record."""
        target = self._book.setup.types.get(slot.field.reference) if slot.field.reference else None
        if target is None or (not self._private and has_private_title(target)):
            return value
        items = [value] if isinstance(value, str) else value
        found = [
            str(row[0])
            for name in items
            if name
            and (row := self._book.index.row(f'SELECT "_title" FROM "rec_{target.plural}" WHERE id = ?', (name,)))  # noqa: S608
        ]
        return found if slot.field.many else next(iter(found), "")

    def _is_hidden(self, line: str) -> bool:
        found = vcard.kept_property(line)
        return found is not None and found.name in self._hidden

    def _named(self, properties: list[Property], title: str, *, named: bool) -> list[Property]:
        """The parts of the name: those that were kept where they are those of the name, or came with it, else made from it."""
        parts = [one for one in properties if one.name == STRUCTURED]
        rest = [one for one in properties if one.name != STRUCTURED]
        if self._company:
            said = [] if any(one.name == ORG for one in rest) else [Property(0, ORG, escape(title))]
            return [*rest, *said, Property(0, STRUCTURED, f"{escape(title)};;;;"), Property(0, "KIND", "org")]
        fitting = [one for one in parts if named or vcard.fits_name(one, title)]
        return [*rest, *(fitting or [Property(0, STRUCTURED, vcard.name_parts(title))])]

    def _whole(self, ref: Ref, found: Property) -> Property | None:
        """A kept property with what lies in its file; None where the file is gone."""
        path = found.value
        if not path.startswith(f"{FOLDER}/"):
            return found
        try:
            self._inside.insist(path)
            content = disk.read_whole(self._book.root / path, LARGEST)
        except (OSError, BadDataError):  # gone, or a hand wrote a path that leads out of the book
            self.told.append(f"{ref}: {found.name} goes out without {path}, which is no file of the book")
            return None
        if path.endswith(".txt"):
            return found._replace(value=content.decode("utf-8", "replace"))
        return vcard.embedded(found, content, path.rpartition(".")[2])

    def _images(self) -> list[str]:
        """The fields that are a picture of a card."""
        fields = self._type.fields.values()
        return [field.name for field in fields if field.type in IMAGES and field.name.upper() in vcard.BINARY]

    def _pictures(self, ref: Ref, record: Record) -> Iterator[Property]:
        for name in self._images():
            path = record.text(name)
            if path and name.upper() not in self._hidden:
                found = self._whole(ref, Property(0, name.upper(), path))
                if found is not None:
                    yield found


def _joined(properties: list[Property]) -> list[Property]:
    """Tags of their own in one line."""
    plain = [one for one in properties if one.name == "CATEGORIES" and not one.params and not one.group]
    if len(plain) < 2:
        return properties
    value = ",".join(sorted(one.value for one in plain))
    return [*(one for one in properties if one not in plain), Property(0, "CATEGORIES", value)]


def kind_of(version: str) -> Kind:
    """How cards are written; a file that is there keeps its version."""

    def text(one: Outgoing, present: Component | None) -> str:
        found = present.text if present else ""
        own = vcard.V4 if "VERSION:4.0" in found.upper() else vcard.V3 if "VERSION:3.0" in found.upper() else version
        return vcard.card_text(one.uid, one.properties, one.inner, own)

    return Kind(".vcf", _read, text, lambda made: "".join(text(one, None) for one in made), vcard.comparable)


def _read(path: Path) -> Iterator[Component]:
    return vcard.read_cards(path)
