"""The rows of cards: which record a card is, which customer its organisation, and where its pictures lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from crmcli.actions.attach import FOLDER
from crmcli.actions.content.card_fields import ORG
from crmcli.actions.importing.binding import Binding
from crmcli.actions.importing.cards import CardRow, Part, in_file
from crmcli.actions.importing.changes import Sides
from crmcli.actions.importing.drafts import Draft
from crmcli.actions.importing.folder_given import FolderGiven
from crmcli.actions.importing.matching import Key, Matching
from crmcli.actions.importing.rows import Beside, Rows
from crmcli.engines.bulk import BulkOp
from crmcli.model.ids import is_stem
from crmcli.model.keys import field_under
from crmcli.model.record import Fields, Ref, Value
from crmcli.model.schema import Field, RecordType
from crmcli.store import disk, pending
from crmcli.store.inside import Inside
from crmcli.text.fold import fold

if TYPE_CHECKING:
    from crmcli.store.book import Book


class CardMatching(Matching):
    """Matching for cards: two with different UIDs are two, and a name alone is nobody's where the card says more."""

    def __init__(self, book: Book, record_type: RecordType, same: Sequence[tuple[str, ...]], system: str) -> None:
        self._system = system
        self.direct = ""  # the record that the present card's UID names itself: it was exported from here
        self._made: dict[str, set[str]] = {}
        super().__init__(book, record_type, same)

    def find(self, fields: Mapping[str, Value]) -> str:
        """The id of the record that the card is of, "" for a new one."""
        if self.direct:
            return self.direct
        found = super().find(fields)
        keys = fields.get("keys") or []
        if not found or not keys:
            return found
        there = self._uids(found)
        return "" if there and not there & {fold(key) for key in keys} else found

    def _uids(self, name: str) -> set[str]:
        rows = self._book.index.rows(
            """SELECT fold FROM items WHERE "type" = ? AND id = ? AND field = 'keys'""", (self._type.plural, name)
        )
        present = {str(row[0]) for row in rows if str(row[0]).startswith(fold(f"{self._system}:"))}
        return present | self._made.get(name, set())

    def add(self, name: str, fields: Mapping[str, Value]) -> None:
        """Make a record of this import known."""
        super().add(name, fields)
        self._made[name] = {fold(key) for key in fields.get("keys") or []}

    def _keys(self, place: int, fields: Mapping[str, Value]) -> list[Key]:
        alone = self._same[place] == (self._type.title,)
        if alone and any(
            fields.get(name) for names in self._same for name in names if name not in (self._type.title, "keys")
        ):
            return []
        return super()._keys(place, fields)


class CardRows(Rows):
    """Takes cards as rows; what lies in files is written when its card is taken."""

    def __init__(
        self, book: Book, binding: Binding, op: BulkOp, beside: Beside, sides: Sides, system: str, *, dry: bool
    ) -> None:
        self._system = system
        super().__init__(book, binding, op, beside, sides)
        self._dry = dry
        self._sides = sides
        self.said: Fields = {}  # of the last card: what it fills
        self._inside = Inside(book.root)
        self._embedded: list[Part] = []
        self._images = {
            name.upper(): name
            for name, field in binding.type.fields.items()
            if field.type in ("image", "file") and not field.many
        }
        self._to_write: list[tuple[str, bytes]] = []

    def _matcher(self) -> CardMatching:
        self.matching = CardMatching(self._book, self._binding.type, self._binding.same, self._system)
        return self.matching

    def take_card(self, found: CardRow, uid: int, company: int) -> bool:
        """Take a card; `uid` and `company` are the cells of its UID and its organisation, -1 for none. Whether it was taken."""
        cells = list(found.row.cells)
        word = cells[uid] if uid >= 0 else ""
        self.matching.direct = self._own(word.partition(":")[2])
        if self.matching.direct:
            cells[uid] = ""
        if company >= 0 and cells[company]:
            cells[company] = self._company(cells[company], found)
        self._embedded, refused = found.parts, self.refused
        self.take(found.row._replace(cells=cells))
        if self.refused > refused:
            self._to_write.clear()
        self._write()
        return self.refused == refused

    def _own(self, word: str) -> str:
        """The record whose id, or former id, a UID is."""
        return self._record_called(word) if is_stem(word) else ""

    def _company(self, word: str, found: CardRow) -> str:
        """The word for an organisation: its own, or the id of the one whose domain the addresses of the card have."""
        field = self._company_field
        record_type = self._book.setup.types.get(field.reference) if field else None
        if record_type is None or self._references.find(record_type, word, ORG):
            return word
        domains = {fold(mail.rpartition("@")[2]) for mail in found.mails}
        ids = {
            str(row[0]) for domain in domains for row in self._book.index.rows(_DOMAIN, (record_type.plural, domain))
        }
        return ids.pop() if len(ids) == 1 else word

    @property
    def _company_field(self) -> Field | None:
        return next((c.field for c in self._binding.columns if c.name == ORG and c.field.reference), None)

    def _placed(self, ref: Ref, draft: Draft) -> Draft:
        """A card whose record is known: where its pictures lie, and which fields it fills no more."""
        self._put_parts(ref, draft)
        self._keep_bookkeeping(ref, draft)
        given = self._sides.given
        stage = self._type.stage.name if self._type.stage else ""
        for name in given.gone if isinstance(given, FolderGiven) else ():
            if name not in draft.fields and name not in (self._type.title, "keys", stage):
                field = field_under(self._type, name)
                draft.fields[name] = [] if name in ("tags", self._system) or (field and field.many) else ""
        self.said = {**draft.fields, **({stage: draft.stage} if draft.stage else {})}
        return draft

    def _keep_bookkeeping(self, ref: Ref, draft: Draft) -> None:
        """Where only who wrote a card, and when, is new of what is kept, leave it as it is: phones say so at every save."""
        lines = _lines(draft.fields.get(self._system))
        noted = [line for line in lines if line.upper().startswith(NOTED)]
        if not noted or not self._is_there(ref):
            return
        present = _lines(self._book.read_record(ref).fields.get(self._system))
        rest = [line for line in lines if line not in noted]
        if set(rest) == {line for line in present if not line.upper().startswith(NOTED)}:
            draft.fields[self._system] = present

    def _is_there(self, ref: Ref) -> bool:
        return self._book.index.row(f'SELECT 1 FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,)) is not None  # noqa: S608

    def _put_parts(self, ref: Ref, draft: Draft) -> None:
        """The places of what lies in files: those it has already, else in the folder of the record."""
        if not self._embedded:
            return
        present = self._present_paths(ref)
        lines = _lines(draft.fields.get(self._system))
        for part in self._embedded:
            path = present.get(part.name) or f"{FOLDER}/{ref}/{part.name}"
            image = self._images.get(part.property.name)
            if image and image not in draft.fields:
                draft.fields[image] = path
            else:
                lines.append(in_file(part, path))
            self._to_write.append((path, part.content))
        if lines:
            draft.fields[self._system] = lines

    def _present_paths(self, ref: Ref) -> dict[str, str]:
        """The files that a record has already, by their names."""
        if not self._is_there(ref):
            return {}
        record = self._book.read_record(ref)
        texts = [*record.items(self._system), *(record.text(name) for name in self._images.values())]
        paths = [text[text.rfind(f"{FOLDER}/") :] for text in texts if f"{FOLDER}/" in text]
        return {path.rpartition("/")[2]: path for path in paths}

    def _write(self) -> None:
        """Write what lies in files, unless it is there; the same bytes have the same name."""
        for path, content in () if self._dry else self._to_write:
            self._inside.insist(path)
            target = self._book.root / path
            if not target.exists():
                disk.write_by_way_of(self._book.state / pending.FOLDER, target, content)
        self._to_write.clear()


NOTED = ("REV:", "REV;", "PRODID:", "PRODID;")
"""How lines begin that only say who wrote a card, and when."""


def _lines(value: Value | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


_DOMAIN = """SELECT id FROM keys WHERE "type" = ? AND fold = ? AND field = 'domain'"""
