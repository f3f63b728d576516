"""Columns that follow from the journal: who made a record, its stage entries and their durations, its last touch (docs/index.md).

A build knows the events before the records, so each row goes in with what follows from them (`followed_columns`); afterwards
`derive` brings the records in `dirty` up to date. Both ask `past_of`. Only touches need all records, as parts count for
their wholes.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from crmcli.store.index.filled import insert_filled
from crmcli.store.index.stage_entries import Entry, entries_of, move_rows, standing

if TYPE_CHECKING:
    from crmcli.store.index.load import Loader
    from crmcli.store.index.rowplan import RowPlan

COLUMNS = ("by", "via", "_changed", "stage_since", "closed", "_last_open")
"""What follows from a record's own events."""

MOVE_COLUMNS = ("type", "id", "event", "at", "from", "to", "kind", "secs", "by", "via", "note")
_TOUCHES = """o.touch AND NOT EXISTS (SELECT 1 FROM events x WHERE x."of" = o.event AND x."do" = 'retract')"""
_CHANGES = frozenset(["create", "set", "move"])
_EVENTS = """SELECT e."on", e.id, e.at, e."do", e.field, e."to", e.by, e.via, e.more FROM events e
WHERE e."on" IN (SELECT value FROM json_each(?)) AND e."do" IN ('create', 'restore', 'set', 'move')
ORDER BY e."on", e.at, e.id"""
_CHUNK = 2_000
DIRTY = 'CREATE TEMP TABLE IF NOT EXISTS dirty ("ref" TEXT PRIMARY KEY, "type" TEXT, "id" TEXT, "own" INTEGER)'
"""`own` is 0 of records with which nothing happened but touches."""


EventRow = tuple[str, str, str, str, str | None, str | None, str | None, str, str | None]
"""On, id, at, do, field, to, by, via, more."""


class Past(NamedTuple):
    """What a record's events say: the values of `COLUMNS`, and its stage entries."""

    columns: tuple[str | None, ...]
    entries: list[Entry]


def events_of(connection: sqlite3.Connection, plural: str, names: Sequence[str]) -> dict[str, list[EventRow]]:
    """The events of some records that say how they came to be what they are, in (at, id) order, by id of the record."""
    found: dict[str, list[EventRow]] = {}
    cut = len(plural) + 1
    for place in range(0, len(names), _CHUNK):
        asked = json.dumps([f"{plural}/{name}" for name in names[place : place + _CHUNK]])
        for on, rows in groupby(connection.execute(_EVENTS, (asked,)), key=_on):
            found[on[cut:]] = list(rows)
    return found


def _on(row: sqlite3.Row | EventRow) -> str:
    return str(row[0])


def past_of(events: Sequence[EventRow], plan: RowPlan, pipeline: str | None, stage: str, changed: int) -> Past:
    """What follows from a record's events for its row; `changed` is the file's time in ns, which dates unknown stages."""
    by = via = when = None
    first = ""
    for _, event, at, do, _, _, who, how, _ in events:
        if do == "create" and (not first or event < first):
            first, by, via = event, who, how
        if do in _CHANGES and (when is None or at > when) and not _by_machine(how):
            when = at
    entries: list[Entry] = []
    since = closed = last_open = None
    chosen = next((p for p in plan.pipelines if p.name == pipeline), None) if pipeline else None
    if chosen is not None and plan.stage is not None:
        entries = entries_of(events, chosen, (plan.stage.name, *plan.stage.was)) if events else []
        since, closed, last_open = standing(entries, chosen, stage, changed)
    return Past((by, via, when, since, closed, last_open), entries)


@lru_cache(maxsize=256)
def _by_machine(via: str) -> bool:
    return via.lower().startswith(("import", "rule"))


def derive(connection: sqlite3.Connection, loader: Loader, touched: Iterable[str] = ()) -> None:
    """Bring the derived columns of every dirty record up to date; of those `touched`, and of all wholes, the last touch."""
    dirty = loader.dirty
    if not dirty and not touched:
        return
    connection.execute(DIRTY)
    connection.execute("DELETE FROM dirty")
    for refs, own in ((dirty, 1), (touched, 0)):
        rows = [(on, *on.split("/", 1), own) for on in refs if on.partition("/")[0] in loader.makers]
        connection.executemany("INSERT OR IGNORE INTO dirty VALUES (?, ?, ?, ?)", rows)
    _widen(connection)
    concerned = {plural for (plural,) in connection.execute('SELECT DISTINCT "type" FROM dirty')}
    for plural, maker in loader.makers.items():
        if plural in concerned:
            _follow_events(connection, plural, maker.plan)
            update_touches(connection, plural)
    dirty.clear()


def derive_touches(connection: sqlite3.Connection, plurals: Iterable[str]) -> None:
    """Fill `touched` of a whole fresh index: each touch counts for its record and upwards for the wholes it is part of."""
    found = connection.execute(
        f"""WITH RECURSIVE touched("type", id, at) AS (
          SELECT substr(o."on", 1, instr(o."on", '/') - 1), substr(o."on", instr(o."on", '/') + 1), max(o.at)
          FROM event_on o WHERE {_TOUCHES} GROUP BY o."on"
          UNION SELECT r.to_type, r.to_id, t.at FROM touched t JOIN refs r ON r."type" = t."type" AND r.id = t.id
          WHERE r.within = 1)
        SELECT "type", id, max(at) FROM touched GROUP BY "type", id"""
    )
    known = set(plurals)
    for plural, rows in groupby(found, key=_on):
        if plural in known:
            connection.executemany(
                f'UPDATE "rec_{plural}" SET touched = ?2 WHERE id = ?1', ((name, at) for _, name, at in rows)
            )


def _widen(connection: sqlite3.Connection) -> None:
    """Add the wholes that dirty records are part of: a part's log counts as theirs."""
    connection.execute(
        """INSERT OR IGNORE INTO dirty
        WITH RECURSIVE whole("type", id) AS (
          SELECT "type", id FROM dirty
          UNION SELECT r.to_type, r.to_id FROM whole w JOIN refs r ON r."type" = w."type" AND r.id = w.id WHERE r.within = 1)
        SELECT "type" || '/' || id, "type", id, 0 FROM whole"""
    )


def update_touches(connection: sqlite3.Connection, plural: str) -> None:
    """Bring the last touch of the dirty records of a type up to the lines logged on them and on their parts."""
    for names in _dirty_names(connection, plural):
        found = connection.execute(_LAST_TOUCHES, (plural, json.dumps(names))).fetchall()
        connection.executemany(
            f'UPDATE "rec_{plural}" SET touched = ?2 WHERE id = ?1 AND touched IS NOT ?2', ((i, at) for i, at in found)
        )


def _dirty_names(connection: sqlite3.Connection, plural: str, own: int = 0) -> Iterator[list[str]]:
    """The ids of a type's dirty records, some thousands at a time: an import makes a hundred thousand of them.

    With `own` 1 those with which more happened than touches.
    """
    last = f"{plural}/"
    while found := connection.execute(_DIRTY, (last, f"{plural}0", own, _CHUNK)).fetchall():
        last = found[-1][0]
        yield [str(name) for _, name in found]


_DIRTY = """SELECT "ref", id FROM dirty WHERE "ref" > ? AND "ref" < ? AND own >= ?
ORDER BY "ref" LIMIT ?"""
_LAST_TOUCHES = f"""WITH RECURSIVE part("whole", "type", id) AS (
  SELECT value, ?1, value FROM json_each(?2)
  UNION SELECT p."whole", r."type", r.id FROM part p JOIN refs r ON r.to_type = p."type" AND r.to_id = p.id
  WHERE r.within = 1)
SELECT p."whole", max((SELECT max(o.at) FROM event_on o WHERE o."on" = p."type" || '/' || p.id AND {_TOUCHES}))
FROM part p GROUP BY p."whole" """


def _follow_events(connection: sqlite3.Connection, plural: str, plan: RowPlan) -> None:
    """Who made each dirty record and how, when a person last changed it, and the stages it went through."""
    connection.execute(
        'DELETE FROM moves WHERE "type" = ?1 AND id IN (SELECT id FROM dirty WHERE "type" = ?1 AND own)', (plural,)
    )
    stage = f'r."{plan.stage.name}"' if plan.stage else "NULL"
    wanted = f"""SELECT r.id, r."_pipeline", coalesce({stage}, ''), coalesce(f.mtime, 0) FROM json_each(?) d
        CROSS JOIN "rec_{plural}" r ON r.id = d.value LEFT JOIN files f ON f.path = r."_path" """
    changes = ", ".join(f'"{column}" = ?' for column in COLUMNS)
    for names in _dirty_names(connection, plural, own=1):
        records = connection.execute(wanted, (json.dumps(names),)).fetchall()
        events = events_of(connection, plural, [name for name, *_ in records])
        moves: list[tuple[str | int | None, ...]] = []
        updates = []
        for name, pipeline, present, changed in records:
            past = past_of(events.get(name, ()), plan, pipeline, present, changed)
            updates.append((*past.columns, name))
            if past.entries:
                moves += move_rows(plural, name, past.entries)
        connection.executemany(f'UPDATE "rec_{plural}" SET {changes} WHERE id = ?', updates)
        insert_filled(connection, "moves", MOVE_COLUMNS, moves)
