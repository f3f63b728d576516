"""A row as it was meant: stored values under field names, records it refers to, dates of its stages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.importing.binding import OWN_STAGE, Binding, Column, Part
from crmcli.actions.importing.cells import REMEMBERED, CellReader, DayReader, constant, mapped, split_list
from crmcli.actions.importing.references import References
from crmcli.actions.importing.refused import RowRefused
from crmcli.model.record import Ref, Value
from crmcli.model.schema import RecordType
from crmcli.store.replay import instant
from crmcli.text.fold import fold

if TYPE_CHECKING:
    from crmcli.store.book import Book


class Entered(NamedTuple):
    """A stage entered: the moment (ISO with offset), the stage's name or "(stage)", the column that says so."""

    at: str
    stage: str
    column: str


class Make(NamedTuple):
    """A record to be made because a row refers to it, of which only the title is known."""

    type: RecordType
    ref: Ref
    title: str


class Draft(NamedTuple):
    """What a row says; `skipped` counts references left out."""

    fields: dict[str, Value]
    addresses: list[tuple[Column, str]]
    stage: str
    entered: list[Entered]
    parts: list[tuple[Part, dict[str, Value]]]
    makes: list[Make]
    skipped: int = 0


class RowWaits(Exception):  # noqa: N818 - neither right nor wrong yet
    """The row refers to a record of its own type that is not there yet: perhaps a later row makes it."""

    def __init__(self, wanted: str) -> None:
        super().__init__(wanted)
        self.wanted = wanted


class DraftReader:
    """Reads the rows of one import. `fresh_ref` makes an id from a type and a title."""

    def __init__(
        self, book: Book, binding: Binding, references: References, fresh_ref: Callable[[RecordType, str], Ref]
    ) -> None:
        self._book = book
        self._binding = binding
        self._references = references
        self._fresh_ref = fresh_ref
        own = [column for column in binding.columns if not column.part]
        self._addresses = [column for column in binding.columns if column.part]
        self._plain = _Plain(book, binding.type, [column for column in own if not column.field.reference])
        self._pointing = [column for column in own if column.field.reference]
        self._parts = [
            (part, _Plain(book, part.type, [c for c in part.columns if not c.field.reference]))
            for part in binding.parts
        ]
        self._dated = [(dated, DayReader(book, dated)) for dated in binding.dated]
        self._met: dict[tuple[int, str], str] = {}  # column and cell → id, where no row can make another
        stage = binding.type.stage.name if binding.type.stage else ""
        self.constants = {
            field.name: constant(book, binding.type, field, text)
            for field, text in binding.constants
            if field.name != stage
        }
        self.constant_stage = next((text for field, text in binding.constants if field.name == stage), "")

    def read(self, cells: list[str], *, last: bool = False) -> Draft:
        """Read a row; raises `RowRefused`, and `RowWaits` unless this is the `last` time it is read."""
        binding = self._binding
        fields = self._plain.read(cells)
        makes: list[Make] = []
        skipped = 0
        for column in self._pointing:
            cell = cells[column.position].strip()
            if cell:
                skipped += self._refer(column, cell, fields, makes, last=last)
        parts: list[tuple[Part, dict[str, Value]]] = []
        for part, plain in self._parts:
            skipped += self._part(part, plain.read(cells), cells, parts, makes)
        stage = binding.stage
        cell = cells[stage.position].strip() if stage else ""
        told = mapped(stage.values, cell) if stage and cell else ""
        addresses = self._told_addresses(cells) if self._addresses else []
        return Draft(fields, addresses, told, self._entered(cells) if self._dated else [], parts, makes, skipped)

    def _told_addresses(self, cells: list[str]) -> list[tuple[Column, str]]:
        """The parts of addresses that are filled."""
        return [
            (column, ", ".join(mapped(column.values, cell).split("\n")))
            for column in self._addresses
            if (cell := cells[column.position].strip())
        ]

    def _part(
        self,
        part: Part,
        fields: dict[str, Value],
        cells: list[str],
        parts: list[tuple[Part, dict[str, Value]]],
        makes: list[Make],
    ) -> int:
        skipped = 0
        for column in part.columns:
            cell = cells[column.position].strip()
            if cell and column.field.reference:
                skipped += self._refer(column, cell, fields, makes, last=True)
        if fields and not fields.get(part.type.title):
            title = next(c for c in part.columns if c.field.name == part.type.title)
            raise RowRefused(title.name, f"empty, though the row has more of a {part.type.name}")
        if fields:
            parts.append((part, fields))
        return skipped

    def _entered(self, cells: list[str]) -> list[Entered]:
        """The dated stages in the order of their dates; the row's own must be the last."""
        found = [
            Entered(reader.moment(cell), dated.stage, dated.name)
            for dated, reader in self._dated
            if (cell := cells[dated.position].strip())
        ]
        if len(found) < 2:
            return found
        found.sort(key=lambda entered: (instant(entered.at), entered.stage == OWN_STAGE))
        own = next((entered for entered in found if entered.stage == OWN_STAGE), None)
        if own is not None and own is not found[-1]:
            last = found[-1]
            raise RowRefused(own.column, f"{own.at[:10]} is before {last.column} {last.at[:10]}")
        return found

    # ---- references -------------------------------------------------------------------------------------

    def _refer(self, column: Column, cell: str, fields: dict[str, Value], makes: list[Make], *, last: bool) -> int:
        """Put the ids a cell means under its field; return how many were left out."""
        met = self._met.get((column.position, cell))
        if met is not None:
            fields[column.field.name] = met
            return 0
        text = mapped(column.values, cell)
        field = column.field
        pieces = split_list(field).split(text) if field.many else [text]
        found = [self._meant(column, piece.strip(), makes, last=last) for piece in pieces if piece.strip()]
        ids = [name for name in found if name]
        if ids and field.many:
            join(fields, field.name, ids)
        elif ids:
            fields[field.name] = ids[0]
            if field.reference != self._binding.type.name and not makes and len(self._met) < REMEMBERED:
                self._met[column.position, cell] = ids[0]
        return len(found) - len(ids)

    def _meant(self, column: Column, word: str, makes: list[Make], *, last: bool) -> str:
        if column.field.reference == "*":
            return self._any(column, word)
        record_type = self._book.setup.types[column.field.reference]
        found = self._references.find(record_type, word, column.name)
        if found:
            return found
        for make in makes:
            if make.type is record_type and fold(make.title) == fold(word):
                return make.ref.id
        if record_type.name == self._binding.type.name and not last:
            raise RowWaits(fold(word))
        policy = self._binding.missing.get(column.field.name, "fail")
        if policy == "skip":
            return ""
        if policy == "fail":
            raise RowRefused(column.name, f"no {record_type.name} answers to {word!r}")
        ref = self._fresh_ref(record_type, word)
        makes.append(Make(record_type, ref, word))
        return ref.id

    def _any(self, column: Column, word: str) -> str:
        """A reference to any type: the type, a slash, whom the rest means."""
        head, slash, rest = word.partition("/")
        types = self._book.setup.types
        record_type = types.get(head) or self._book.setup.by_plural(head)
        if not slash or record_type is None or record_type.embedded:
            raise RowRefused(column.name, f"{word!r} does not say of which type the record is, as customer/acme does")
        found = self._references.find(record_type, rest, column.name)
        if not found:
            raise RowRefused(column.name, f"no {record_type.name} answers to {rest!r}")
        return f"{record_type.plural}/{found}"


class _Plain:
    """The columns whose cells need no other record."""

    def __init__(self, book: Book, record_type: RecordType, columns: Sequence[Column]) -> None:
        self._columns = [(c.position, c.stored, CellReader(book, record_type, c).value) for c in columns]

    def read(self, cells: list[str]) -> dict[str, Value]:
        """The stored values of a row under their fields; empty cells leave no trace."""
        fields: dict[str, Value] = {}
        for position, stored, value in self._columns:
            cell = cells[position].strip()
            if cell:
                if stored in fields:
                    join(fields, stored, value(cell))
                elif found := value(cell):
                    fields[stored] = found
        return fields


def join(fields: dict[str, Value], name: str, value: Value) -> None:
    """Put a value under its field; a second column of a list field adds to it, of any other it wins."""
    present = fields.get(name)
    if isinstance(present, list) and isinstance(value, list):
        fields[name] = list(dict.fromkeys([*present, *value]))
    elif value:
        fields[name] = value
