"""Putting the events of segments into the index, and taking whole segments out again (STORE §2 rule 8)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from crmcli.model.problem import Problem
from crmcli.store.index import event_rows, names_in
from crmcli.store.index.event_rows import (
    AT,
    COLUMNS,
    DO,
    ID,
    OF,
    ON,
    ORIGIN,
    SEG,
    TEXT,
    EventRow,
    concerned,
    event_row,
    is_touch,
)
from crmcli.store.index.filled import insert_filled
from crmcli.store.index.texts import Texts
from crmcli.store.journal import BrokenLine, read_events
from crmcli.store.names import BEGINNINGS

_MARKS = ", ".join("?" * len(COLUMNS))
_BATCH = 5_000
"""Events that are in memory at once: the one op of a large import can have hundreds of thousands."""

_REPLACE = f"INSERT OR REPLACE INTO events VALUES ({_MARKS})"
_HELD = " UNION ALL ".join(
    f"SELECT * FROM {table} WHERE id IN (SELECT value FROM json_each(?1)) AND +seg = ?2"
    for table in ("events", "shadows")
)
"""By id: a segment may hold hundreds of thousands of events."""

_SHADOW = f"INSERT INTO shadows VALUES ({_MARKS})"


class EventsIn:
    """Writes the event tables of one connection; notes in `dirty` which `plural/id` need their derived columns anew."""

    def __init__(self, connection: sqlite3.Connection, texts: Texts, *, fresh: bool = False) -> None:
        self._base = connection
        self._fresh = fresh  # every record comes after its events: none need be noted
        self._texts = texts
        self._came: dict[str, list[str]] = {}  # names that events which came were written under, by their id
        self._naming = False  # whether what names mean may have changed: everything is followed anew then
        self.dirty: set[str] = set()
        self.merged: set[str] = set()  # records that went into others, or came back, and of which no more was told yet

    def put(
        self, number: int, path: str, content: bytes, *, begun: bool = False, lines_before: int = 0
    ) -> list[Problem]:
        """Load lines of segment `number`, of which some events are in already where it is `begun`; return what is wrong in them."""
        rows: dict[str, EventRow] = {}
        problems = []
        for found in read_events(content):
            if isinstance(found, BrokenLine):
                why, remedy = f"not an event: {found.why}", "restore the segment from git; the other lines count"
                problems.append(Problem("bad-event", path, lines_before + found.line, why, remedy))
                continue
            row = event_row(number, found)
            twin = rows.get(found.id)
            if twin is None or event_rows.rank(row, path) < event_rows.rank(twin, path):
                rows[found.id] = row
            if len(rows) >= _BATCH:
                self._put_rows(number, path, rows, begun=begun)
                rows.clear()
                begun = True
        self._put_rows(number, path, rows, begun=begun)
        return problems

    def drop(self, number: int) -> None:
        """Take a segment's events out; where another segment has one of them too, that one counts from now on."""
        base = self._base
        going = base.execute("SELECT * FROM events WHERE seg = ?", (number,)).fetchall()
        for row in going:
            self._touch(row)
            self._naming = self._naming or row[DO] in names_in.NAMING or row[DO] in BEGINNINGS
        found = base.execute(
            'SELECT "on" FROM event_on WHERE event IN (SELECT id FROM events WHERE seg = ?)', (number,)
        )
        self.dirty.update(on for (on,) in found.fetchall())
        self._forget_logs([row for row in going if row[DO] == "log"])
        base.execute("DELETE FROM events WHERE seg = ?", (number,))
        base.execute("DELETE FROM shadows WHERE seg = ?", (number,))
        if base.execute("SELECT 1 FROM shadows").fetchone():
            self._promote()

    def follow_names(self) -> None:
        """Bring `on` up to the renames and samenesses the journal knows; `merged` gets the records that went or came back.

        Where nothing was renamed or merged it is free; where nothing of the kind came, only what came is looked at.
        """
        came, self._came = self._came, {}
        given_up = names_in.given_up(self._base)
        concerned_by = {event for event, names in came.items() if not given_up.isdisjoint(names)}
        everything = self._fresh or self._naming
        self._naming = False
        if everything or any(self._begins(event) for event in concerned_by):
            self.merged |= names_in.NamesIn(self._base, self._texts, self.dirty).follow_all()
        elif concerned_by:
            names_in.NamesIn(self._base, self._texts, self.dirty).follow_some(concerned_by)

    # ---- inside -----------------------------------------------------------------------------------------

    def _add(self, number: int, path: str, rows: list[EventRow]) -> None:
        base = self._base
        before = base.total_changes
        insert_filled(base, "events", COLUMNS, rows, "INSERT OR IGNORE")
        if base.total_changes - before < len(rows):
            rows = [row for row in rows if self._settle(number, path, row)]
        if not self._fresh:
            for row in rows:
                self._touch(row)
        self._put_logs([row for row in rows if row[DO] == "log"])

    def _put_rows(self, number: int, path: str, rows: dict[str, EventRow], *, begun: bool) -> None:
        """Add rows of a segment by their ids; where it has `begun`, it may have had some of these ids before."""
        if begun:
            held = self._base.execute(_HELD, (json.dumps(list(rows)), number)).fetchall()
            for twin in held:
                self._put_twin(number, path, rows.pop(twin[ID]), tuple(twin))
        self._add(number, path, list(rows.values()))

    def _put_twin(self, number: int, path: str, row: EventRow, earlier: EventRow) -> None:
        """An event whose id the segment had already: the better of the two is the segment's."""
        if event_rows.rank(row, path) >= event_rows.rank(earlier, path):
            return
        self._base.execute("DELETE FROM shadows WHERE id = ? AND seg = ?", (row[ID], number))
        if self._settle(number, path, row):
            self._touch(row)
            self._put_logs([row] if row[DO] == "log" else [])

    def _settle(self, number: int, path: str, row: EventRow) -> bool:
        """Whether this event is the one of its id; the loser stays in the shadow in case the winner's segment goes."""
        base = self._base
        other = base.execute("SELECT * FROM events WHERE id = ?", (row[ID],)).fetchone()
        if other[SEG] == number and tuple(other) == row:
            return True
        others = base.execute("SELECT path FROM segments WHERE no = ?", (other[SEG],)).fetchone()
        wins = event_rows.rank(row, path) < event_rows.rank(tuple(other), others[0] if others else "")
        loser = (*other[:ON], other[ORIGIN] or other[ON], *other[ON + 1 : ORIGIN], None) if wins else row
        if wins:
            self._touch(other)
            self._forget_logs([other] if other[DO] == "log" else [])
            base.execute(_REPLACE, row)
        if other[SEG] != number:
            base.execute(_SHADOW, loser)
        return wins

    def _promote(self) -> None:
        """Shadows whose event is gone: the best of each id becomes the event."""
        base = self._base
        left: dict[str, list[EventRow]] = {}
        for row in base.execute("SELECT * FROM shadows WHERE id NOT IN (SELECT id FROM events)"):
            left.setdefault(row[ID], []).append(tuple(row))
        paths = dict(base.execute("SELECT no, path FROM segments").fetchall())
        chosen = [min(rows, key=lambda row: event_rows.rank(row, paths.get(row[SEG], ""))) for rows in left.values()]
        for row in chosen:
            base.execute("DELETE FROM shadows WHERE id = ? AND seg = ?", (row[ID], row[SEG]))
            base.execute(_REPLACE, row)
            self._touch(row)
        self._put_logs([row for row in chosen if row[DO] == "log"])

    def _touch(self, row: EventRow) -> None:
        """Note every record whose derived columns may follow from this event."""
        self._note_names(tuple(row))
        self.dirty.add(str(row[ON]))
        if row[DO] == "log":
            self.dirty.update(concerned(tuple(row)))
        elif row[OF]:
            found = self._base.execute('SELECT "on" FROM event_on WHERE event = ?', (row[OF],))
            self.dirty.update(on for (on,) in found.fetchall())

    def _put_logs(self, logs: list[EventRow]) -> None:
        self._base.executemany(
            "INSERT INTO event_on VALUES (?, ?, NULL, ?, ?)",
            [(row[ID], on, row[AT], is_touch(row)) for row in logs for on in concerned(row)],
        )
        for row in logs:
            if row[TEXT]:
                self._texts.put(str(row[ON]), str(row[ID]), str(row[TEXT]))

    def _forget_logs(self, logs: Iterable[EventRow]) -> None:
        for row in logs:
            self._texts.forget(str(row[ON]), str(row[ID]))
            self._base.execute("DELETE FROM event_on WHERE event = ?", (row[ID],))

    # ---- names ------------------------------------------------------------------------------------------

    def _note_names(self, row: EventRow) -> None:
        """Remember an event that came, or whose place another took, until names are followed."""
        if self._fresh or self._naming:
            return
        if row[DO] in names_in.NAMING or len(self._came) >= _BATCH:
            self._naming = True
            self._came.clear()
        else:
            self._came[str(row[ID])] = concerned(row) if row[DO] == "log" else [str(row[ORIGIN] or row[ON])]

    def _begins(self, event: str) -> bool:
        found = self._base.execute('SELECT "do" FROM events WHERE id = ?', (event,)).fetchone()
        return found is None or found[0] in BEGINNINGS
