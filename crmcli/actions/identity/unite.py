"""What the kept record becomes when another one goes into it, field by field (docs/identity.md). Pure but for reading types."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.identity.unite_rows import unite_rows
from crmcli.actions.relinking import Aim, pointing, refuse_alike, target_of
from crmcli.engines.form import KEYS
from crmcli.model.keys import key_of, stored_name
from crmcli.model.record import BODY, Fields, Ref, Value
from crmcli.model.schema import Field
from crmcli.model.types import type_named
from crmcli.model.types.base import ValueRefused
from crmcli.store.replay import same

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType
    from crmcli.store.book import Book

KEPT = frozenset(["created", "archived", "aliases"])
"""What is the kept record's alone, or is seen to by the merge itself."""

Takes = Callable[[str], bool]
"""Whether the value of the record that goes is taken for a field in which the two differ."""


class Difference(NamedTuple):
    """A field that both have with different values; of a column of rows `lines.2.qty`. `taken`: the one that goes wins."""

    name: str
    key: str
    gone: Ref
    mine: str
    other: str
    taken: bool


class Stays(NamedTuple):
    """A field that a merge never changes, with what the record that goes has instead."""

    name: str
    gone: Ref
    mine: str
    other: str


class Step(NamedTuple):
    """One change of the kept record: a scalar (`to`), or items of a list."""

    key: str
    to: Value | None = None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class United(NamedTuple):
    """What is to be done, what differed, what stays whatever the other one says."""

    steps: list[Step]
    differences: list[Difference]
    stays: list[Stays]


class Pair(NamedTuple):
    """The two records as they stand before: the kept one's present fields, the other's, and all names the other has.

    `us` are the names of every record of the merge: nobody's reference to one of them is taken over.
    """

    kept: Ref
    gone: Ref
    mine: Fields
    other: Fields
    names: frozenset[str]
    us: frozenset[str]


def unite(book: Book, record_type: RecordType, pair: Pair, takes: Takes) -> United:
    """Everything that changes in the kept record."""
    return _Uniting(book, record_type, pair, takes).result()


class _Uniting:
    def __init__(self, book: Book, record_type: RecordType, pair: Pair, takes: Takes) -> None:
        self._book, self._type, self._pair, self._takes = book, record_type, pair, takes
        self._found = United([], [], [])

    def result(self) -> United:
        seen = set(KEPT)
        for field in self._type.fields.values():
            names = {stored_name(field), *field.was}
            seen |= names
            if not field.calc:
                self._field(field)
        for name in self._pair.other:
            if name not in seen:
                known = KEYS if name == KEYS.name else None
                self._plain(known or Field(name, "text"), name, self._pair.other[name])
        return self._found

    def _field(self, field: Field) -> None:
        if field.type == "markdown":
            self._body()
            return
        mine, other = (self._value(field, fields) for fields in (self._pair.mine, self._pair.other))
        if self._is_staged(field):
            self._stay(field, mine, other)
        elif field.embedded:
            self._rows(field)
        elif field.reference:
            self._reference(field, mine, other)
        elif other:
            self._plain(field, key_of(field, self._pair.mine), other)

    @staticmethod
    def _value(field: Field, fields: Fields) -> Value | None:
        return fields.get(key_of(field, fields))

    # ---- what a merge never moves -----------------------------------------------------------------------

    def _is_staged(self, field: Field) -> bool:
        """Whether a field says where the record stands in a pipeline, or is read from that."""
        return field.type in ("stage", "pipeline") or field.default.startswith("(stage.")

    def _stay(self, field: Field, mine: Value | None, other: Value | None) -> None:
        if other and not same(mine, other) and isinstance(other, str):
            self._found.stays.append(Stays(field.name, self._pair.gone, mine if isinstance(mine, str) else "", other))

    # ---- values -----------------------------------------------------------------------------------------

    def _plain(self, field: Field, key: str, other: Value) -> None:
        mine = self._pair.mine.get(key)
        if field.many or isinstance(mine, list) or isinstance(other, list):
            known = {self._canonical(field, item) for item in _items(mine)}
            add = tuple(item for item in _items(other) if self._canonical(field, item) not in known)
            self._lists(key, add, ())
        elif not mine:
            self._found.steps.append(Step(key, to=other))
        elif self._canonical(field, mine) != self._canonical(field, other):
            self._differ(field.name, key, mine, other)

    def _differ(self, name: str, key: str, mine: str, other: str) -> None:
        taken = self._takes(name)
        self._found.differences.append(Difference(name, key, self._pair.gone, mine, other, taken))
        if taken:
            self._found.steps.append(Step(key, to=other))

    def _canonical(self, field: Field, stored: str) -> str:
        try:
            return type_named(field).check(stored, field, self._book.context)
        except ValueRefused:
            return stored

    def _lists(self, key: str, add: tuple[str, ...], remove: tuple[str, ...]) -> None:
        if add or remove:
            self._found.steps.append(Step(key, add=add, remove=remove))

    # ---- references -------------------------------------------------------------------------------------

    def _reference(self, field: Field, mine: Value | None, other: Value | None) -> None:
        """References of one to the other go; nobody refers to itself for being merged."""
        key = key_of(field, self._pair.mine)
        theirs = [item for item in _items(other) if not self._is_one_of_us(field, item)]
        if field.many or isinstance(mine, list):
            add = tuple(item for item in theirs if item not in _items(mine))
            gone = tuple(item for item in _items(mine) if self._means_gone(field, item))
            self._lists(key, add, gone)
        elif isinstance(mine, str) and self._means_gone(field, mine):
            self._found.steps.append(Step(key, to=theirs[0] if theirs else None))
        elif theirs:
            self._plain(field, key, theirs[0])

    def _is_one_of_us(self, field: Field, item: str) -> bool:
        return self._means(field, item, self._pair.us)

    def _means_gone(self, field: Field, item: str) -> bool:
        return self._means(field, item, self._pair.names)

    def _means(self, field: Field, item: str, names: frozenset[str]) -> bool:
        target = target_of(self._book, field, item)
        return target is not None and target.plural == self._pair.gone.plural and target.id in names

    # ---- rows and text ----------------------------------------------------------------------------------

    def _rows(self, field: Field) -> None:
        """Rows of both; what they say of the record that goes, they say of the kept one."""
        pair = self._pair
        key = key_of(field, pair.mine)
        aim = Aim(pair.gone.plural, pair.names, pair.kept.id)
        before = _items(pair.mine.get(key))
        mine, theirs = (
            [pointing(self._book, field, row, aim) for row in rows]
            for rows in (before, _items(self._value(field, pair.other)))
        )
        refuse_alike(pair.kept, field, mine)
        found = unite_rows(self._book.setup.types[field.type], field.name, mine, theirs, self._takes)
        differences = [Difference(d.name, key, pair.gone, d.mine, d.other, d.taken) for d in found.differences]
        self._found.differences.extend(differences)
        add = tuple(row for row in found.rows if row not in before)
        self._lists(key, add, tuple(row for row in before if row not in found.rows))

    def _body(self) -> None:
        mine, other = (str(fields.get(BODY) or "") for fields in (self._pair.mine, self._pair.other))
        if other and other not in mine:
            self._found.steps.append(Step(BODY, to=f"{mine}\n\n{other}" if mine else other))


def _items(value: Value | None) -> list[str]:
    if not value:
        return []
    return [value] if isinstance(value, str) else list(value)
