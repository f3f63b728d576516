"""Whom lines of the log speak of at a past moment: records that were merged since stand for themselves (docs/identity.md)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from crmcli.store.index.event_rows import DO, ID, ON, ORIGIN, EventRow
from crmcli.store.index.names_in import LINES, NamesIn
from crmcli.store.past_texts import PastTexts

NAMING_TABLES = ("merged", "merged_keys", "followed")
"""Tables that say what names mean, which are written anew for each moment."""


class PastNames(NamesIn):
    """Follows names up to the moment, without writing to events: `renamed` says which name another record then.

    Table, event, name in the index, name then, name as it was written.
    """

    def __init__(self, base: sqlite3.Connection) -> None:
        super().__init__(base, PastTexts(base), set(), later="later")
        self.renamed: list[tuple[str, str, str, str, str]] = []

    def _follow(self, row: EventRow) -> None:
        self._note("events", row[ID], row[ON], row[ORIGIN], line=row[DO] in LINES)

    def _follow_company(self, found: Iterable[EventRow]) -> None:
        for event, on, origin in dict.fromkeys(map(tuple, found)):
            self._note("event_on", event, on, origin, line=True)

    def _note(self, table: str, event: str, on: str, origin: str | None, *, line: bool) -> None:
        written = origin or on
        now = self._now(written, event, line=line)
        if now != on:
            self.renamed.append((table, event, on, now, written))
