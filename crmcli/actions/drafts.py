"""Records as an op in the making leaves them, so that each of its changes counts on those before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from crmcli.actions.words import apply_change
from crmcli.model.change import Change

if TYPE_CHECKING:
    from crmcli.model.record import Fields, Ref, Value
    from crmcli.store.book import Book


class Drafts:
    """Collects changes to records and says what these hold by then."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._fields: dict[Ref, Fields] = {}
        self.changes: list[Change] = []

    def fields(self, ref: Ref) -> Fields:
        """What a record holds; raises `RecordMissingError` (exit 3)."""
        if ref not in self._fields:
            self._fields[ref] = dict(self.book.read_record(ref).fields)
        return self._fields[ref]

    def items(self, ref: Ref, key: str) -> list[str]:
        """The items of a list that a record holds; a scalar counts as one."""
        value = self.fields(ref).get(key)
        return [value] if isinstance(value, str) else list(value or ())

    def put(self, ref: Ref, key: str, to: Value | None, more: Mapping[str, object]) -> None:
        """Set a scalar; None empties it."""
        self.take(Change("set", ref, key, to=to, more=dict(more)))

    def swap(
        self, ref: Ref, key: str, add: tuple[str, ...], remove: tuple[str, ...], more: Mapping[str, object]
    ) -> None:
        """Add items to a list and remove others."""
        if add or remove:
            self.take(Change("set", ref, key, add=add, remove=remove, more=dict(more)))

    def take(self, change: Change) -> None:
        """Add a change of a field."""
        apply_change(self.fields(change.on), change)
        self.changes.append(change)
