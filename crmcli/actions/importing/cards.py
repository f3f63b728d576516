"""Cards as rows: each property in the cell of its column, what no field holds in a cell of its own."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from crmcli.actions.content.card_fields import NAME, ORG, STRUCTURED, SYSTEM, UID, key_word, made_property, typed_words
from crmcli.actions.content.slots import Made, Odd, cell_of, divided, held, is_same, slots_of
from crmcli.actions.importing.binding import Binding, Column
from crmcli.model.schema import Field
from crmcli_formats import vcard
from crmcli_formats.contentlines import Component, Property, escape, packed
from crmcli_formats.lines import Lines
from crmcli_formats.sheets import Row

if TYPE_CHECKING:
    from crmcli.store.book import Book

REFUSED = "X-CRM-REFUSED"
"""In a file of refused cards: why."""
KEPT_COLUMN = "(kept)"
LONGEST = 20_000
"""Letters of a line that is kept with a record; what is longer lies in a file."""


class Part(NamedTuple):
    """Something of a card that is kept in a file of the record: its bytes, the name of the file, its property."""

    property: Property
    name: str
    content: bytes


class CardRow(NamedTuple):
    """A card as a row, and what goes into files."""

    row: Row
    parts: list[Part]
    odd: list[Odd]
    kept: list[Property]
    mails: list[str]


class Notation(NamedTuple):
    """What differs between cards and entries of calendars.

    `system` is whose ids the UIDs are, and the field for what is kept; `own` are the properties that are read; `words` is what
    one of them says; `made` writes a stored value; `said` is all of an entry, to compare two.
    """

    system: str
    own: Callable[[Component], list[Property]]
    words: Callable[[Component, Property, Field], list[str]]
    made: Made
    said: Callable[[Component], list[str]]


class CardReader:
    """Makes rows of cards for one binding; the row's last cell is the card as it stands in the file."""

    def __init__(self, book: Book, binding: Binding, notation: Notation) -> None:
        self.slots = slots_of(book, binding, own=(UID,))
        self.binding = with_kept(binding, notation.system)
        self.notation = notation
        self._uid = next((column for column in binding.columns if column.name == UID), None)
        self._width = _last(self.binding) + 2

    def row_of(self, card: Component) -> CardRow:
        """One card."""
        uid = card.first(UID)
        own = [one for one in self.notation.own(card) if one.name not in (UID, REFUSED)]
        by_slot, rest = divided(own, self.slots)
        cells = [""] * self._width
        kept, odd = [], []
        for place, slot in enumerate(self.slots):
            found = held(slot, by_slot.get(place, []), lambda p, f: self.notation.words(card, p, f), self.notation.made)
            cells[slot.column.position] = cell_of(slot, found.words)
            kept += found.kept
            odd += found.odd
            if slot.name == NAME and not found.kept and _parts_differ(card):
                kept += by_slot.get(place, [])
        if self._uid is not None and uid is not None:
            word = key_word(uid.text)
            cells[self._uid.position] = f"{self._uid.field.system or self.notation.system}:{word}" if word else ""
        lines, parts = _lines([*kept, *rest])
        lines += [packed(inner) for inner in card.inner]
        cells[self._width - 2] = "\n".join(dict.fromkeys(lines))
        cells[-1] = card.text
        return CardRow(Row(card.line, cells), parts, odd, [*kept, *rest], [one.text for one in card.all("EMAIL")])

    def uid_cell(self) -> int:
        """The place of the UID in a row, -1 where nobody asks for it."""
        return self._uid.position if self._uid else -1


def with_kept(binding: Binding, system: str) -> Binding:
    """A binding with the column for what no field holds, beside the last one of the map."""
    position = _last(binding) + 1
    kept = binding.type.fields.get(system) or Field(system, "text", many=True)
    return binding._replace(columns=(*binding.columns, Column(position, KEPT_COLUMN, kept)))


def _last(binding: Binding) -> int:
    """The last place of a row that the map fills."""
    places = [column.position for column in binding.columns] + [dated.position for dated in binding.dated]
    return max([*places, binding.stage.position if binding.stage else 0])


def own_properties(card: Component) -> list[Property]:
    """The properties of a card: of an organisation without what every such card has, of a person with a name."""
    properties = list(card.properties)
    return _as_company(card, properties) if is_company(card) else _named(card, properties)


def words_of(card: Component, found: Property, field: Field) -> list[str]:
    """What a property of a card says: its name is that of its parts in their order."""
    if found.name == NAME:
        return [vcard.shown_name(card) or found.text]
    return typed_words(found, field)


def _named(card: Component, properties: list[Property]) -> list[Property]:
    """The properties with a name where the card has none, and without parts of it that the name gives back."""
    called = vcard.shown_name(card)
    if not any(one.name == NAME and one.text.strip() for one in properties):
        called = called or _stand_in(card)
        properties = [one for one in properties if one.name != NAME]
        properties += [Property(card.line, NAME, escape(called))] if called else []
    full = next((one for one in properties if one.name == NAME), None)
    if full is not None and full.text != called:  # only both together say it
        return properties
    plain = Property(0, STRUCTURED, vcard.name_parts(called))
    return [one for one in properties if not is_same(one, plain)]


def _parts_differ(card: Component) -> bool:
    """Whether a card has parts of a name that are not those of the name: then only both together say it."""
    called = vcard.shown_name(card)
    return not is_company(card) and any(not vcard.fits_name(one, called) for one in card.all(STRUCTURED))


def _as_company(card: Component, properties: list[Property]) -> list[Property]:
    """The properties of an organisation's card without what every such card has."""
    called = vcard.shown_name(card) or _stand_in(card)
    own = [Property(0, ORG, escape(called)), Property(0, STRUCTURED, f"{escape(called)};;;;")]
    rest = [one for one in properties if one.name not in ("KIND", NAME)]
    rest = [one for one in rest if not any(is_same(one, plain) for plain in own)]
    full = card.first(NAME)
    return [*rest, full if full and full.text.strip() else Property(card.line, NAME, escape(called))]


def _stand_in(card: Component) -> str:
    """What somebody without a name is called: the organisation, else an address, else a number."""
    for name in (ORG, "EMAIL", "TEL"):
        found = card.first(name)
        if found is not None:
            return " ".join((found.parts[0] if name == ORG else found.text).split())
    return ""


def _lines(properties: list[Property]) -> tuple[list[str], list[Part]]:
    """The lines that are kept, and what is too long or no text, which is kept in files."""
    lines, parts = [], []
    for found in properties:
        content = vcard.content_of(found) if found.is_binary else None
        if content is not None:
            parts.append(_part(found, content, vcard.suffix_of(found, content)))
            continue
        line = vcard.kept_line(found)
        if len(line) <= LONGEST:
            lines.append(line)
        else:
            parts.append(_part(found, found.value.encode("utf-8", "surrogatepass"), "txt"))
    return lines, parts


def _part(found: Property, content: bytes, suffix: str) -> Part:
    name = "".join(letter for letter in found.name.lower() if letter.isalnum())[:20]
    return Part(found, f"{name}-{hashlib.sha256(content).hexdigest()[:10]}.{suffix}", content)


def in_file(part: Part, path: str) -> str:
    """The line that stands for what lies in a file."""
    return vcard.kept_line(part.property.without("ENCODING")._replace(value=path))


def is_company(card: Component) -> bool:
    """Whether a card is that of an organisation, not of a person in it."""
    kind = card.first("KIND")
    if kind is not None:
        return kind.value.strip().lower() in ("org", "organization")
    return card.first(ORG) is not None and not vcard.shown_name(card)


def other_kind(card: Component) -> str:
    """What a card is of that is neither a person nor an organisation, "" for those."""
    kind = card.first("KIND") or card.first("X-ADDRESSBOOKSERVER-KIND")
    word = kind.value.strip().lower() if kind else ""
    return (
        ""
        if word in ("", "individual", "org", "organization")
        else f"line {card.line}: a card of kind {word[:40]!r}, not of a person or an organisation"
    )


class Source(Protocol):
    """A format of cards or of entries of a calendar."""

    @property
    def SUFFIXES(self) -> tuple[str, ...]:  # noqa: N802 - as every format calls it
        """The endings of its files."""

    def read_cards(self, path: Path, encoding: str = "") -> Iterator[Component]:
        """What is in a file, one after the other."""


def cards_in(path: Path, form: Source, encoding: str) -> Iterator[tuple[str, Component]]:
    """The cards of a file, or of the files in a folder, each with the file's name ("" for the one file)."""
    if not path.is_dir():
        yield from (("", card) for card in form.read_cards(path, encoding))
        return
    from crmcli.errors import CrmError  # noqa: PLC0415

    for file in sorted(one for one in path.iterdir() if one.name.casefold().endswith(form.SUFFIXES)):
        try:
            yield from ((file.name, card) for card in form.read_cards(file, encoding))
        except (CrmError, OSError) as error:
            yield file.name, Component("", 1, (), trouble=str(error))


def how_read(path: Path, encoding: str) -> list[str]:
    """How a file was read, where that is to be told."""
    if path.is_dir():
        return []
    lines = Lines(path, encoding, tolerant=True)
    try:
        found = lines.encoding
    finally:
        lines.close()
    if found.name in ("utf-8", "utf-8-sig"):
        return []
    doubt = " (so its letters look; --encoding says otherwise)" if found.guessed else ""
    return [f"read as {found.label}{doubt}"]


CARDS = Notation(SYSTEM, own_properties, words_of, made_property, vcard.comparable)


class Oddities:
    """What was kept because no field could hold it, counted for people."""

    def __init__(self) -> None:
        self.odd: list[Odd] = []
        self.counts: Counter[str] = Counter()
        self.kept: Counter[str] = Counter()

    def note(self, found: CardRow) -> None:
        """Count those of a card; the first of each property is remembered."""
        for one in found.odd:
            if not self.counts[one.name]:
                self.odd.append(one)
            self.counts[one.name] += 1
        self.kept.update({one.name for one in found.kept})
