"""Which properties of a card or a calendar entry fill which field, and what no field holds.

A map names properties as columns: `TEL`, or `TEL;TYPE=CELL` for those with that type only. A property belongs to
the narrowest column that fits it. Its value is read as if a person had typed it; what its field refuses is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.importing.cells import CellReader
from crmcli.actions.importing.refused import RowRefused
from crmcli.model.record import Value
from crmcli_formats.contentlines import Property, parse_property, split_at, written_line

if TYPE_CHECKING:
    from crmcli.actions.importing.binding import Binding, Column
    from crmcli.model.schema import Field
    from crmcli.store.book import Book

TAGS = "CATEGORIES"

Typed = Callable[[Property, "Field"], list[str]]
"""What a person would type into a field for a property: a text for each of its values."""
Made = Callable[[str, "Field", str], Property]
"""The property of a name that says a stored value of a field, as short as can be."""


class Slot(NamedTuple):
    """A column of a map: the properties it is about, the field they fill."""

    wanted: Property
    column: Column
    reader: CellReader | None  # None for a reference, whose word is looked up with the row

    @property
    def name(self) -> str:
        """The property's name."""
        return self.wanted.name

    @property
    def field(self) -> Field:
        """The field."""
        return self.column.field

    def fits(self, found: Property) -> bool:
        """Whether a property is one of these."""
        return found.name == self.name and all(
            set(values) <= {word.lower() for word in found.param(name)} | set(found.param(name))
            for name, values in self.wanted.params
        )


class Odd(NamedTuple):
    """A value that its field refused: the line, the property, why."""

    line: int
    name: str
    why: str


class Held(NamedTuple):
    """What a slot takes of a card: the words for its cell, the properties to be kept as well, what was refused."""

    words: list[str]
    kept: list[Property]
    odd: list[Odd]


def slots_of(book: Book, binding: Binding, own: Iterable[str] = ()) -> list[Slot]:
    """The slots of a bound map; columns named in `own` are somebody else's."""
    own = frozenset(own)
    return [
        Slot(selector(column.name), column, None if column.field.reference else CellReader(book, binding.type, column))
        for column in binding.columns
        if column.name not in own and not column.part
    ]


def selector(name: str) -> Property:
    """A column's name as the property it stands for; raises `LineBroken`."""
    return parse_property(f"{name}:")


def divided(properties: Sequence[Property], slots: Sequence[Slot]) -> tuple[dict[int, list[Property]], list[Property]]:
    """The properties of each slot, by its place, and those of none."""
    found: dict[int, list[Property]] = {}
    rest: list[Property] = []
    for one in properties:
        fitting = [place for place, slot in enumerate(slots) if slot.fits(one)]
        if fitting:
            place = max(fitting, key=lambda place: len(slots[place].wanted.params))
            found.setdefault(place, []).append(one)
        else:
            rest.append(one)
    return found, rest


def preferred(properties: Iterable[Property]) -> list[Property]:
    """The properties with the one that people prefer first."""
    return sorted(properties, key=lambda one: int(word) if (word := "".join(one.param("PREF"))).isdigit() else 101)


def held(slot: Slot, properties: Sequence[Property], typed: Typed, made: Made) -> Held:
    """What a slot takes of its properties, and which of them the field alone would not give back."""
    many = slot.field.many
    words: list[str] = []
    odd: list[Odd] = []
    exact: list[Property] = []
    for one in preferred(properties) if not many else properties:
        for word in typed(one, slot.field):
            stored, why = _stored(slot, word)
            if why:
                odd.append(Odd(one.line, one.name, why))
            elif stored and (many or not words):
                words.append(word)
                if is_same(made(slot.name, slot.field, stored), one):
                    exact.append(one)
    kept = _parted(slot, [one for one in properties if one not in exact], words)
    if kept and not many:
        kept = list(properties)
    return Held(words, kept, odd)


def _parted(slot: Slot, kept: list[Property], words: Sequence[str]) -> list[Property]:
    """Of a list in one line only the items that its field does not hold."""
    if slot.name != TAGS:
        return kept
    parted = [one._replace(value=item) for one in kept for item in _raw_items(one)]
    return [one for one in parted if one.text not in words or one.params or one.group]


def _raw_items(found: Property) -> Iterator[str]:
    return (item.strip() for item in split_at(found.value, ",") if item.strip())


def _stored(slot: Slot, word: str) -> tuple[str, str]:
    """The stored value of a word, or why it is none; a reference's word stands for itself."""
    if slot.reader is None:
        return word, ""
    try:
        value = slot.reader.value(word)
    except RowRefused as refused:
        return "", refused.why
    return (value[0] if value else "") if isinstance(value, list) else value, ""


def stored_of(slot: Slot, found: Property, typed: Typed) -> list[str]:
    """The stored values of a property; none where its field refuses them."""
    return [value for word in typed(found, slot.field) if (value := _stored(slot, word)[0])]


def is_same(one: Property, other: Property) -> bool:
    """Whether two properties are written the same."""
    return written_line(one) == written_line(other)


def cell_of(slot: Slot, words: Sequence[str]) -> str:
    """The words as the text of a cell."""
    return "\n".join(words) if slot.field.many else next(iter(words), "")


# ---- out -----------------------------------------------------------------------------------------------


def given_back(slot: Slot, value: Value, kept: Sequence[Property], typed: Typed, made: Made) -> list[Property]:
    """The properties that say what a field holds now: those kept where they still say it, else new ones.

    What was kept because the field could never hold it goes out again; what the field held once and holds no more does not.
    """
    values = [value] if isinstance(value, str) else list(value)
    values = [one for one in values if one]
    if not slot.field.many:
        return _one_back(slot, values, kept, typed, made)
    out, said = [], set()
    for one in kept:
        stored = stored_of(slot, one, typed)
        if not stored or set(stored) & set(values):
            out.append(one)
            said |= set(stored)
    return [*out, *(made(slot.name, slot.field, one) for one in values if one not in said)]


def _one_back(slot: Slot, values: list[str], kept: Sequence[Property], typed: Typed, made: Made) -> list[Property]:
    meant = [one for one in kept if stored_of(slot, one, typed)[:1]]
    saying = next((one for one in preferred(meant) if stored_of(slot, one, typed)[:1] == values), None)
    if saying is not None:
        return list(kept)
    instead = preferred(meant)[:1]
    fresh = [made(slot.name, slot.field, value) for value in values]
    if instead and fresh:  # its group and types are the same person's still
        if slot.name == "ORG":  # the parts of the organisation below it
            below = split_at(instead[0].value, ";")[1:]
            fresh = [fresh[0]._replace(value=";".join([fresh[0].value, *below]))]
        fresh = [fresh[0]._replace(group=instead[0].group, params=_compatible(instead[0], fresh[0]))]
    return [*fresh, *(one for one in kept if one not in instead)]


def _compatible(before: Property, fresh: Property) -> tuple[tuple[str, tuple[str, ...]], ...]:
    names = {name for name, _ in fresh.params}
    rest = before.without("VALUE", "ENCODING", "LABEL", "ALTID", "LANGUAGE").params
    return (*fresh.params, *((name, values) for name, values in rest if name not in names))


def told_oddities(odd: Sequence[Odd], counts: Mapping[str, int], kept_in: str) -> list[str]:
    """Sentences about values that no field could hold."""
    firsts: dict[str, Odd] = {}
    for one in odd:
        firsts.setdefault(one.name, one)
    return [
        f"{name}: {'1 value' if counts[name] == 1 else f'{counts[name]:,} values'} the field cannot hold, kept in "
        f"`{kept_in}` (line {one.line}: {one.why if len(one.why) <= 200 else one.why[:200] + '…'})"
        for name, one in firsts.items()
    ]
