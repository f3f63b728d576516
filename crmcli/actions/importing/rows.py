"""Row after row: read, matched, planned; refused ones noted, those that wait for a later row taken when it has come."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.importing.binding import ID, Binding, Part
from crmcli.actions.importing.changes import Changes, Sides, made
from crmcli.actions.importing.drafts import Draft, DraftReader, RowWaits
from crmcli.actions.importing.matching import Matching
from crmcli.actions.importing.preview import CHANGED, NEW, REFUSED, SAME, PreviewLine, kept_line, preview_line
from crmcli.actions.importing.references import References
from crmcli.actions.importing.refused import RowRefused
from crmcli.actions.importing.rejects import ConflictFile, Refusal, RejectFile
from crmcli.engines.bulk import BulkOp, Group
from crmcli.engines.plan import Planned
from crmcli.errors import CrmError
from crmcli.model.change import Change
from crmcli.model.ids import new_id, randomness
from crmcli.model.record import Fields, Ref, Value
from crmcli.model.schema import RecordType
from crmcli.text.fold import fold
from crmcli.text.slug import slug
from crmcli_formats.sheets import Row

if TYPE_CHECKING:
    from crmcli.store.book import Book


class Waiting(NamedTuple):
    """A row that refers to a record of its own type not there yet; `wanted` is folded, as its own `names` are."""

    row: Row
    wanted: str
    names: frozenset[str]


class Beside(NamedTuple):
    """Where refused rows and kept values are noted (None in a dry run), and how many rows a dry run shows."""

    rejects: RejectFile | None
    conflicts: ConflictFile | None
    preview: int = 0


class Rows:
    """Takes the rows of one file; afterwards its counts say what came of them."""

    def __init__(self, book: Book, binding: Binding, op: BulkOp, beside: Beside, sides: Sides) -> None:
        self._book = book
        self._binding = binding
        self._type = binding.type
        self._op = op
        self._rejects, self._conflicts, self._preview = beside
        self._source = random.Random(randomness().getrandbits(128))  # noqa: S311 - ids need be different, not secret
        self._ids: dict[str, set[str]] = {}  # that are taken, by plural
        self._fresh: set[Ref] = set()  # drawn for the present row
        self._references = References(book, binding.system)
        self._reader = DraftReader(book, binding, self._references, self._fresh_ref)
        self._changes = Changes(book, binding, self._reader.constants, self._reader.constant_stage, sides)
        self._matching = self._matcher()
        self._referred = _referred(binding)
        self._by_id = any(column.field is ID for column in binding.columns)
        self._handled: dict[str, int] = {}  # id → line and hash of the values, in one number: there may be many
        self._parts: dict[tuple[str, str, str], str] = {}  # plural, whose, folded title → id
        self._waiting: dict[str, list[Waiting]] = {}
        self.read = self.new = self.changed = self.same = self.refused = self.skipped = self.kept = 0
        self.beside: Counter[str] = Counter()
        self.preview: list[PreviewLine] = []

    def _matcher(self) -> Matching:
        return Matching(self._book, self._binding.type, self._binding.same)

    def _placed(self, ref: Ref, draft: Draft) -> Draft:
        """A row whose record is known: where that says more of the row (what lies in files of the record), more of it."""
        del ref
        return draft

    def take(self, row: Row) -> None:
        """Take one row of the file."""
        self.read += 1
        if row.trouble:
            self._refuse(row, "", row.trouble)
        else:
            self._take(row)

    def take_waiting(self) -> None:
        """Take the rows that nobody came for: what they refer to is in no row before and none after them."""
        while self._waiting:
            left = [waiting for found in self._waiting.values() for waiting in found]
            names = {name for waiting in left for name in waiting.names}
            ready = [waiting for waiting in left if waiting.wanted not in names]
            if not ready:
                self._waiting.clear()
                for waiting in sorted(left, key=lambda waiting: waiting.row.line):
                    self._refuse(waiting.row, "", f"it refers to {waiting.wanted!r}, which in turn refers to it")
                return
            for waiting in sorted(ready, key=lambda waiting: waiting.row.line):
                self._no_longer_waits(waiting)
                self._take(waiting.row, last=True)

    def let_go(self) -> None:
        """Forget whom rows were matched with, as no row comes any more: what is known of a hundred thousand takes memory."""
        self._matching.forget()
        self._handled.clear()
        self._ids.clear()
        self._parts.clear()

    # ---- one row ----------------------------------------------------------------------------------------

    def _take(self, row: Row, *, last: bool = False) -> None:
        known = self._try(row, last=last)
        while known and self._waiting:
            for waiting in self._waiting.pop(known.pop(), []):
                known += self._try(waiting.row, last=False)

    def _try(self, row: Row, *, last: bool) -> list[str]:
        """Take a row, or refuse it, or let it wait; return the folded names it is now known under."""
        self._fresh.clear()
        try:
            draft = self._reader.read(row.cells, last=last)
            return self._settle(row, draft)
        except RowWaits as waits:
            waiting = Waiting(row, waits.wanted, frozenset(self._name_cells(row)))
            self._waiting.setdefault(waits.wanted, []).append(waiting)
        except RowRefused as refused:
            self._refuse(row, refused.column, refused.why)
        except CrmError as error:
            self._refuse(row, "", str(error))
        return []

    def _settle(self, row: Row, draft: Draft) -> list[str]:
        self._changes.kept.clear()
        own = draft.fields.pop(ID.name, "") if self._by_id else ""
        whole = {**self._reader.constants, **draft.fields} if self._reader.constants else draft.fields
        found = self._named(str(own)) if own else self._matching.find(whole)
        values = _hash_of(draft)
        title = _text(draft.fields, self._type.title)
        handled = self._handled.get(found, 0)
        if handled and handled & _HASH != values:
            raise RowRefused("", f"the same {self._type.name} as row {handled >> _BITS}, which says otherwise")
        ref = Ref(self._type.plural, found) if found else self._fresh_ref(self._type, title)
        draft = self._placed(ref, draft)
        groups: list[Group] = [made(make) for make in draft.makes]
        if not handled:
            groups.append((ref, self._changes.of_present(ref, draft) if found else self._changes.of_new(ref, draft)))
        owners = [self._part_group(ref, part, fields, is_new=not found) for part, fields in draft.parts]
        groups += [group for _, group in owners]
        plans = self._plan(ref, groups)
        self._note(row, ref, draft, plans, is_new=not found)
        if not found:
            self._matching.add(ref.id, whole)
        if not handled:
            self._handled[ref.id] = row.line << _BITS | values
        for key, group in owners:
            self._parts[key] = group[0].id
        return self._make_known(ref, draft)

    def _named(self, word: str) -> str:
        """The record that a row names by its id, or a former one; raises `RowRefused` where there is none."""
        found = self._record_called(word)
        if not found:
            raise RowRefused(ID.name, f"there is no {self._type.name} {word!r}; an empty cell makes a new one")
        return found

    def _record_called(self, word: str) -> str:
        """The id of the record of an id, or of a former one; "" for none."""
        plural = self._type.plural
        row = self._book.index.row(f'SELECT id FROM "rec_{plural}" WHERE id = ?', (word,))  # noqa: S608 - a plural
        row = row or self._book.index.row('SELECT new FROM followed WHERE "type" = ? AND old = ?', (plural, word))
        return str(row[0]) if row else ""

    def _plan(self, ref: Ref, groups: list[Group]) -> list[Planned]:
        try:
            return [planned for planned in self._op.take(groups, self._fresh) if planned is not None]
        except CrmError as error:
            raise RowRefused("", str(error).removeprefix(f"{ref}: ").removeprefix(f"{ref} ")) from None

    def _note(self, row: Row, ref: Ref, draft: Draft, plans: list[Planned], *, is_new: bool) -> None:
        what = NEW if is_new else CHANGED if plans else SAME
        self.new += what == NEW
        self.changed += what == CHANGED
        self.same += what == SAME
        self.skipped += draft.skipped
        for planned in plans:
            if not planned.old and planned.ref is not ref and planned.ref != ref:
                self.beside[planned.ref.plural] += 1
        self._note_kept(row)
        if len(self.preview) < self._preview and plans:
            own_first = sorted(plans, key=lambda planned: planned.ref != ref)
            self.preview.append(preview_line(row.line, what, own_first))

    def _note_kept(self, row: Row) -> None:
        for kept in self._changes.kept:
            self.kept += 1
            if self._conflicts is not None:
                self._conflicts.add(row.line, kept)
            elif len(self.preview) < self._preview:
                self.preview.append(kept_line(row.line, kept))

    def _refuse(self, row: Row, column: str, why: str) -> None:
        self.refused += 1
        why = why if len(why) <= _LONGEST_REASON else f"{why[:_LONGEST_REASON]}…"  # the cell stands beside it in full
        refusal = Refusal(row.line, column, why)
        if self._rejects is not None:
            self._rejects.add(row, refusal)
        elif len(self.preview) < self._preview:
            self.preview.append(PreviewLine(row.line, REFUSED, f"{column}: {why}" if column else why))

    # ---- records beside the row's own -------------------------------------------------------------------

    def _part_group(
        self, ref: Ref, part: Part, fields: dict[str, Value], *, is_new: bool
    ) -> tuple[tuple[str, str, str], Group]:
        """The record of a part, made or changed; with the key it is known under while this import runs."""
        plural, title = part.type.plural, _text(fields, part.type.title)
        key = (plural, ref.id, fold(title))
        found = self._parts.get(key, "")
        if found:
            return key, (Ref(plural, found), [])
        if not is_new:
            row = self._book.index.row(
                _PART.replace("TABLE", f'"rec_{plural}"'), (plural, part.link.name, *ref, key[2])
            )
            found = str(row[0]) if row else ""
        if found:
            return key, (Ref(plural, found), self._changes.of_part(Ref(plural, found), part.type, fields))
        fresh = self._fresh_ref(part.type, title)
        return key, (fresh, [Change("create", fresh, record={part.link.name: ref.id, **fields})])

    def _make_known(self, ref: Ref, draft: Draft) -> list[str]:
        """Let other rows refer to what this one made; return its own names, folded, for those that wait."""
        for make in draft.makes:
            self._references.add(make.ref, [make.title])
            if make.type is self._type:
                self._matching.add(make.ref.id, {make.type.title: make.title})
        if self._type.name not in self._referred:
            return []
        keys = [name for name, field in self._type.fields.items() if field.key]
        words = [word for name in (self._type.title, "keys", *keys) for word in _items(draft.fields, name)]
        self._references.add(ref, words)
        return [ref.id, *(fold(word.removeprefix(f"{self._binding.system}:")) for word in words)]

    def _fresh_ref(self, record_type: RecordType, title: str) -> Ref:
        plural = record_type.plural
        taken = self._ids.get(plural)
        if taken is None:
            rows = self._book.index.rows(f'SELECT id FROM "rec_{plural}"')  # noqa: S608 - a plural
            taken = self._ids[plural] = {str(row[0]) for row in rows}
        name = new_id(slug(title, record_type.name), self._source, taken.__contains__)
        taken.add(name)
        ref = Ref(plural, name)
        self._fresh.add(ref)
        return ref

    def _name_cells(self, row: Row) -> list[str]:
        """What others may call the record of a row that is not taken yet: its title and its keys."""
        named = [c for c in self._binding.columns if c.field.key or c.field.name == self._type.title]
        return [fold(row.cells[column.position].strip()) for column in named]

    def _no_longer_waits(self, waiting: Waiting) -> None:
        others = [one for one in self._waiting.pop(waiting.wanted, []) if one is not waiting]
        if others:
            self._waiting[waiting.wanted] = others


_LONGEST_REASON = 500
_BITS = 64
_HASH = (1 << _BITS) - 1

_PART = """SELECT r.id FROM TABLE r JOIN refs f ON f."type" = ?1 AND f.id = r.id AND f.field = ?2
WHERE f.to_type = ?3 AND f.to_id = ?4 AND r."_fold" = ?5 ORDER BY r.archived IS NOT NULL, r.id"""


def _referred(binding: Binding) -> frozenset[str]:
    """The types that the file's columns refer to."""
    columns = [*binding.columns, *(column for part in binding.parts for column in part.columns)]
    return frozenset(column.field.reference for column in columns if column.field.reference)


def _hash_of(draft: Draft) -> int:
    """One number for what a row says, to tell whether two rows say the same of one record."""
    values = [value if isinstance(value, str) else tuple(value) for value in draft.fields.values()]
    said = (*draft.fields, *values, draft.stage, *draft.entered, *(_told_parts(draft) if draft.addresses else ()))
    return hash(said) & _HASH


def _told_parts(draft: Draft) -> list[tuple[str, str]]:
    """The parts of addresses."""
    return [(column.name, text) for column, text in draft.addresses]


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name, "")
    return value if isinstance(value, str) else ""


def _items(fields: Fields, name: str) -> list[str]:
    value = fields.get(name) or []
    return [value] if isinstance(value, str) else value
