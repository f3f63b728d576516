"""What an import last gave a record: the base of the three-way, read from the journal.

It is the replay of the record's events of that very import (`via import:NAME`), without those of ops that were
undone. Only records that differ from their row are asked for, one question each, by the tree over the events of a
record.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crmcli.actions.undo import undone_ops
from crmcli.model.record import Ref, Value

if TYPE_CHECKING:
    from crmcli.store.book import Book


class Given:
    """Looks up what one import gave; the answer for the record asked last is kept."""

    def __init__(self, book: Book, via: str) -> None:
        self._book = book
        self._via = via
        self._undone: frozenset[str] | None = None
        self._ref: Ref | None = None
        self._fields: dict[str, Value] = {}
        self._steps: dict[str, list[tuple[str, str]]] = {}  # of texts: before and after each event

    def fields(self, ref: Ref) -> dict[str, Value]:
        """The values it gave last, by the keys they were stored under; a field it never gave is not among them."""
        if ref != self._ref:
            self._ref, self._fields = ref, self._replayed(ref)
        return self._fields

    def part(self, ref: Ref, key: str, part: str) -> str | None:
        """The part of an address it gave last, None for none: an event has the whole, and other parts of it are other people's."""
        from crmcli.model.types.address import part_of  # noqa: PLC0415 - few files have parts of addresses

        self.fields(ref)
        given: str | None = None
        for before, after in self._steps.get(key, []):
            if part_of(before, part) != part_of(after, part):
                given = part_of(after, part)
        return given

    def _replayed(self, ref: Ref) -> dict[str, Value]:
        if self._undone is None:
            self._undone = frozenset(undone_ops(self._book))
        fields: dict[str, Value] = {}
        self._steps = {}
        for op, do, field, before, to, more in self._book.index.rows(_EVENTS, (str(ref), self._via)):
            if op in self._undone:
                continue
            told = json.loads(more) if more else {}
            if do == "create":
                fields = dict(told.get("record") or {})
                self._steps = {name: [("", text)] for name, text in fields.items() if isinstance(text, str)}
            elif "add" in told or "remove" in told:
                fields[field] = _changed(fields.get(field), told)
            else:
                fields[field] = to or ""
                self._steps.setdefault(field, []).append((before or "", to or ""))
        return fields


def _changed(before: Value | None, told: dict[str, list[str]]) -> list[str]:
    gone = set(told.get("remove", ()))
    items = before if isinstance(before, list) else [before] if before else []
    return list(dict.fromkeys([*(item for item in items if item not in gone), *told.get("add", ())]))


_EVENTS = """SELECT op, "do", field, "from", "to", more FROM events
WHERE "on" = ? AND via = ? AND "do" IN ('create', 'set', 'move') ORDER BY id"""
