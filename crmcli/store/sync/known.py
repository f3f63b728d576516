"""What the index knows of the journal that lies here, for questions about single records: no segment is read again."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from crmcli.model.event import Event
from crmcli.store.index.event_rows import row_event
from crmcli.store.names import BEGINNINGS, Begun, Rename, begun_by, rename_of

if TYPE_CHECKING:
    from crmcli.store.book import Book

_EVENTS, _IDS = (
    " UNION ALL ".join(
        f'SELECT {what}, s.path AS "_path" FROM {table} e JOIN segments s ON s.no = e.seg WHERE {{where}}'
        for table in ("events", "shadows")
    )
    for what in ("e.*", "e.id")
)
_ON = 'e."on" IN (SELECT value FROM json_each(?1))'
_ID = "e.id IN (SELECT value FROM json_each(?1))"
_DO = 'e."do" IN (SELECT value FROM json_each(?1))'
_MANY = 500
"""Ids of one question."""


class Known:
    """Events of the segments that lie here; `lacking` are segments of the commit that do not (packed meanwhile)."""

    def __init__(self, book: Book, paths: Collection[str]) -> None:
        """`paths`: the segments of the commit that is being united, relative to the book."""
        self._book = book
        self._paths = frozenset(paths)
        held = {str(row[0]) for row in book.index.rows("SELECT path FROM segments")}
        self.lacking = sorted(self._paths - held)

    def places(self, ids: Iterable[str]) -> dict[str, set[str]]:
        """The segments of the commit in which each event stands; ids that none has are left out."""
        found: dict[str, set[str]] = {}
        wanted = list(ids)
        for start in range(0, len(wanted), _MANY):
            rows = self._book.index.rows(_IDS.format(where=_ID), (json.dumps(wanted[start : start + _MANY]),))
            for name, path in rows:
                if path in self._paths:
                    found.setdefault(str(name), set()).add(str(path))
        return found

    def events_on(self, names: Iterable[str]) -> list[Event]:
        """The events of the commit on records of these names (`plural/id`), as they stand there, each once, by id."""
        found: dict[str, Event] = {}
        for _, event in self._asked(_ON, list(names)):
            other = found.get(event.id)
            if other is None or _rank(event) < _rank(other):
                found[event.id] = event
        return sorted(found.values(), key=lambda event: event.id)

    def renames(self, apart: Collection[str]) -> list[Rename]:
        """Every rename in segments other than `apart`."""
        found = ((path, rename_of(event)) for path, event in self._asked(_DO, ["rename"]))
        return [rename for path, rename in found if rename is not None and path not in apart]

    def begun(self, names: Collection[str]) -> list[Begun]:
        """What made records that have these names now, under whatever name it did."""
        return [begun_by(event) for event in self.events_on(names) if event.do in BEGINNINGS] if names else []

    def _asked(self, where: str, values: list[str]) -> list[tuple[str, Event]]:
        rows = self._book.index.rows(_EVENTS.format(where=where), (json.dumps(values),))
        return [
            (str(row["_path"]), row_event(row)._replace(on=str(row["origin"] or row["on"])))
            for row in rows
            if row["_path"] in self._paths
        ]


def _rank(event: Event) -> tuple[bool, str, str]:
    """Of two events with one id the erased one is it, then the smaller (at, by) (STORE rule 8)."""
    return (not event.more.get("erased"), event.at, event.by)
