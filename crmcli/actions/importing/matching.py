"""Which record a row is: by the map's `same`, in its order, the first that finds somebody.

All values of a key are read from the index once; what rows make is added, so that two rows of one file are compared too. Text
is compared folded, everything else in the form the index sorts it by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import product
from typing import TYPE_CHECKING

from crmcli.actions.importing.refused import RowRefused
from crmcli.engines.form import KEYS
from crmcli.model.record import Ref, Value
from crmcli.model.schema import Field, RecordType
from crmcli.model.types import type_named
from crmcli.model.types.base import ValueRefused
from crmcli.store.merged import last_fields
from crmcli.text.fold import fold

if TYPE_CHECKING:
    from crmcli.store.book import Book

Key = str | tuple[object, ...]
_SHOWN = 3


class Matching:
    """The records there are, by each way of being the same."""

    def __init__(self, book: Book, record_type: RecordType, same: Sequence[tuple[str, ...]]) -> None:
        self._book = book
        self._type = record_type
        self._same = same
        self._known = [self._load(names) for names in same]
        self._folded = [len(names) == 1 and self._is_folded(names[0]) for names in same]
        self._add_merged()

    def find(self, fields: Mapping[str, Value]) -> str:
        """The id of the record these values are of, "" for a new one; raises `RowRefused` where they fit several."""
        for place, known in enumerate(self._known):
            found: dict[str, None] = {}
            for key in self._keys(place, fields):
                holder = known.get(key)
                if holder:
                    found.update(dict.fromkeys((holder,) if isinstance(holder, str) else holder))
            if len(found) > 1:
                names = self._same[place]
                listed = ", ".join(list(found)[:_SHOWN])
                raise RowRefused("", f"the same {' and '.join(names)} as {len(found)} {self._type.plural}: {listed}")
            if found:
                return next(iter(found))
        return ""

    def add(self, name: str, fields: Mapping[str, Value]) -> None:
        """Make a record of this import known."""
        for place, known in enumerate(self._known):
            for key in self._keys(place, fields):
                _put(known, key, name)

    def forget(self) -> None:
        """Know nobody any more."""
        for known in self._known:
            known.clear()

    def _add_merged(self) -> None:
        """What records that were merged said finds the record they are now, where nobody else says it."""
        plural = self._type.plural
        for row in self._book.index.rows('SELECT old, new FROM merged WHERE "type" = ? ORDER BY event', (plural,)):
            fields = last_fields(self._book, Ref(plural, str(row[0])))
            with suppress(ValueRefused):  # a value that its field could not hold finds nobody
                for place, known in enumerate(self._known):
                    for key in self._keys(place, fields):
                        known.setdefault(key, str(row[1]))

    def _keys(self, place: int, fields: Mapping[str, Value]) -> list[Key]:
        """Every key these values give: one per item of a list; none while one of the values is empty."""
        names = self._same[place]
        if self._folded[place]:
            value = fields.get(names[0]) or []
            return [fold(value)] if isinstance(value, str) else [fold(item) for item in value]
        return list(self._joined(names, [fields.get(name) for name in names]))

    def _joined(self, names: tuple[str, ...], values: list[Value | None]) -> Iterator[Key]:
        items = [[value] if isinstance(value, str) else value or [] for value in values]
        for chosen in product(*items):
            if all(chosen):
                forms = tuple(self._form(name, item) for name, item in zip(names, chosen, strict=True))
                yield forms[0] if len(forms) == 1 else forms

    def _form(self, name: str, stored: str) -> Key:
        if self._is_folded(name):
            return fold(stored)
        field = self._field(name)
        return tuple(type_named(field).index(stored, field, self._book.context)[:2])

    def _is_folded(self, name: str) -> bool:
        field = self._field(name)
        return field.many or type_named(field).family == "text"

    def _field(self, name: str) -> Field:
        return KEYS if name == "keys" else self._type.fields[name]

    def _load(self, names: tuple[str, ...]) -> dict[Key, str | tuple[str, ...]]:
        known: dict[Key, str | tuple[str, ...]] = {}
        if not self._book.index.row(f'SELECT 1 FROM "rec_{self._type.plural}" LIMIT 1'):  # noqa: S608 - a plural
            return known
        columns = [self._values(name) for name in names]
        first, *rest = columns
        for name, forms in first.items():
            others = [column.get(name, []) for column in rest]
            for chosen in product(forms, *others):
                _put(known, chosen[0] if len(chosen) == 1 else chosen, name)
        return known

    def _values(self, name: str) -> dict[str, list[Key]]:
        """The forms of one field by record."""
        plural, field = self._type.plural, self._field(name)
        found: dict[str, list[Key]] = {}
        if field.many:
            for row in self._book.index.rows(
                'SELECT id, fold FROM items WHERE "type" = ? AND field = ?', (plural, name)
            ):
                found.setdefault(str(row[0]), []).append(str(row[1]))
            return found
        kind = type_named(field)
        suffixes = [column.suffix for column in kind.columns(field)][:2]
        listed = ", ".join(f'"{name}{suffix}"' for suffix in suffixes)
        sql = f'SELECT id, {listed} FROM "rec_{plural}" WHERE "{name}" IS NOT NULL'  # noqa: S608
        for row in self._book.index.rows(sql):
            found[str(row[0])] = [fold(str(row[1])) if kind.family == "text" else tuple(row)[1:]]
        return found


def _put(known: dict[Key, str | tuple[str, ...]], key: Key, name: str) -> None:
    """Note a holder of a key; several where several have it."""
    holder = known.setdefault(key, name)
    holders = (holder,) if isinstance(holder, str) else holder
    if name not in holders:
        known[key] = (*holders, name)
