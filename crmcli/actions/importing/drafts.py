"""A row as it was meant: stored values under field names, records it refers to, dates of its stages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.importing.binding import OWN_STAGE, Binding, Column, Part
from crmcli.actions.importing.cells import Cells, mapped, split_list
from crmcli.actions.importing.references import References
from crmcli.actions.importing.refused import RowRefused
from crmcli.model.record import Ref, Value
from crmcli.model.schema import RecordType
from crmcli.text.fold import fold

if TYPE_CHECKING:
    from crmcli.store.book import Book


class Entered(NamedTuple):
    """A stage entered: the moment (ISO with offset), the stage's name or "(stage)", the column that says so."""

    at: str
    stage: str
    column: str


class Draft(NamedTuple):
    """What a row says. `makes` are records to be made because the row refers to them; `skipped` counts references left out."""

    fields: dict[str, Value]
    addresses: list[tuple[Column, str]]
    stage: str
    entered: list[Entered]
    parts: list[tuple[Part, dict[str, Value]]]
    makes: list[tuple[RecordType, Ref, str]]
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
        self._cells = Cells(book, binding.type)
        self.constants = {
            field.name: self._cells.constant(field, text)
            for field, text in binding.constants
            if binding.type.stage is None or field.name != binding.type.stage.name
        }
        self.constant_stage = next((text for field, text in binding.constants if field.name not in self.constants), "")

    def read(self, cells: list[str], *, last: bool = False) -> Draft:
        """Read a row; raises `RowRefused`, and `RowWaits` unless this is the `last` time it is read."""
        draft = Draft({}, [], "", [], [], [])
        binding = self._binding
        skipped = 0
        for column, cell in _filled(binding.columns, cells):
            if column.part:
                draft.addresses.append((column, mapped(column, cell)))
            elif column.field.reference:
                skipped += self._refer(column, cell, draft.fields, draft, last=last)
            else:
                _join(draft.fields, column.stored, self._cells.value(column, cell))
        for part in binding.parts:
            skipped += self._part(part, cells, draft)
        stage = binding.stage
        cell = cells[stage.position].strip() if stage else ""
        return draft._replace(
            stage=mapped(stage, cell) if stage and cell else "",
            entered=self._entered(cells),
            skipped=skipped,
        )

    def _part(self, part: Part, cells: list[str], draft: Draft) -> int:
        fields: dict[str, Value] = {}
        skipped = 0
        for column, cell in _filled(part.columns, cells):
            if column.field.reference:
                skipped += self._refer(column, cell, fields, draft, last=True)
            else:
                _join(fields, column.stored, self._cells.value(column, cell, part.type))
        if fields and not fields.get(part.type.title):
            title = next(c for c in part.columns if c.field.name == part.type.title)
            raise RowRefused(title.name, f"empty, though the row has more of a {part.type.name}")
        if fields:
            draft.parts.append((part, fields))
        return skipped

    def _entered(self, cells: list[str]) -> list[Entered]:
        """The dated stages in the order of their dates; the row's own must be the last."""
        found = [
            Entered(self._cells.moment(dated, cell), dated.stage, dated.name)
            for dated in self._binding.dated
            if (cell := cells[dated.position].strip())
        ]
        if len(found) < 2:
            return found
        found.sort(key=lambda entered: (_instant(entered.at), entered.stage == OWN_STAGE))
        own = next((entered for entered in found if entered.stage == OWN_STAGE), None)
        if own is not None and own is not found[-1]:
            last = found[-1]
            raise RowRefused(own.column, f"{own.at[:10]} is before {last.column} {last.at[:10]}")
        return found

    # ---- references -------------------------------------------------------------------------------------

    def _refer(self, column: Column, cell: str, fields: dict[str, Value], draft: Draft, *, last: bool) -> int:
        """Put the ids a cell means under its field; return how many were left out."""
        text = mapped(column, cell)
        if column.field.many:
            pieces = [piece.strip() for piece in split_list(column.field).split(text) if piece.strip()]
        else:
            pieces = [text] if text else []
        found = [self._meant(column, piece, draft, last=last) for piece in pieces]
        ids = [name for name in found if name]
        if ids:
            _join(fields, column.stored, ids if column.field.many else ids[0])
        return len(found) - len(ids)

    def _meant(self, column: Column, word: str, draft: Draft, *, last: bool) -> str:
        if column.field.reference == "*":
            return self._any(column, word)
        record_type = self._book.setup.types[column.field.reference]
        found = self._references.find(record_type, word, column.name)
        if found:
            return found
        made = next((ref for t, ref, title in draft.makes if t is record_type and fold(title) == fold(word)), None)
        if made:
            return made.id
        if record_type.name == self._binding.type.name and not last:
            raise RowWaits(fold(word))
        policy = self._binding.missing.get(column.field.name, "fail")
        if policy == "skip":
            return ""
        if policy == "fail":
            raise RowRefused(column.name, f"no {record_type.name} answers to {word!r}")
        ref = self._fresh_ref(record_type, word)
        draft.makes.append((record_type, ref, word))
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


def _filled(columns: tuple[Column, ...], cells: list[str]) -> Iterator[tuple[Column, str]]:
    for column in columns:
        cell = cells[column.position].strip()
        if cell:
            yield column, cell


def _join(fields: dict[str, Value], name: str, value: Value) -> None:
    """Put a value under its field; a second column of a list field adds to it."""
    present = fields.get(name)
    if isinstance(present, list) and isinstance(value, list):
        fields[name] = list(dict.fromkeys([*present, *value]))
    elif value:
        fields[name] = value


def _instant(at: str) -> str:
    from crmcli.store.replay import instant  # noqa: PLC0415

    return instant(at)
