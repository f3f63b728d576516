"""Columns that follow from the journal: stage entries and their durations, last touch, who made it (docs/index.md).

Set-based over the records in the temporary table `dirty`, so that the same statements serve one record and a whole book.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from itertools import groupby

from crmcli.model.schema import Pipeline
from crmcli.store.index.load import Loader
from crmcli.store.index.rowmake import RowMaker
from crmcli.store.index.rowplan import stage_of

TOUCH_KINDS = ("call", "email", "meeting", "visit", "chat", "reply")
"""Kinds of log line that count as a touch of the customer (ENGINES: `touch` of the log type)."""


def derive(connection: sqlite3.Connection, loader: Loader, *, whole: bool = False) -> None:
    """Bring the derived columns of every dirty record, and of the wholes they are part of, up to date.

    `whole`: every record there is is dirty.
    """
    dirty = loader.dirty
    if not dirty:
        return
    connection.execute('CREATE TEMP TABLE IF NOT EXISTS dirty ("ref" TEXT PRIMARY KEY, "type" TEXT, "id" TEXT)')
    connection.execute("DELETE FROM dirty")
    rows = [(on, plural, name) for on in dirty for plural, _, name in [on.partition("/")] if plural in loader.makers]
    connection.executemany("INSERT OR IGNORE INTO dirty VALUES (?, ?, ?)", rows)
    if not whole:
        _widen(connection)
    concerned = {plural for (plural,) in connection.execute('SELECT DISTINCT "type" FROM dirty')}
    for plural, maker in loader.makers.items():
        if plural in concerned:
            _moves(connection, plural, maker)
            _origins(connection, plural)
            _touches(connection, plural)
    dirty.clear()


def _widen(connection: sqlite3.Connection) -> None:
    """Add the wholes that dirty records are part of: a part's log counts as theirs."""
    connection.execute(
        """INSERT OR IGNORE INTO dirty
        WITH RECURSIVE whole("type", id) AS (
          SELECT "type", id FROM dirty
          UNION SELECT r.to_type, r.to_id FROM whole w JOIN refs r ON r."type" = w."type" AND r.id = w.id WHERE r.within = 1)
        SELECT "type" || '/' || id, "type", id FROM whole"""
    )


def _touches(connection: sqlite3.Connection, plural: str) -> None:
    kinds = ", ".join(f"'{kind}'" for kind in TOUCH_KINDS)
    found = connection.execute(
        f"""WITH RECURSIVE part("whole", "type", id) AS (
          SELECT id, "type", id FROM dirty WHERE "type" = ?1
          UNION SELECT p."whole", r."type", r.id FROM part p JOIN refs r ON r.to_type = p."type" AND r.to_id = p.id
          WHERE r.within = 1)
        SELECT p."whole", max(e.at) FROM part p
        LEFT JOIN event_on o ON o."on" = p."type" || '/' || p.id
        LEFT JOIN events e ON e.id = o.event AND e.kind IN ({kinds}) AND e.via NOT LIKE 'rule:%'
          AND NOT EXISTS (SELECT 1 FROM events x WHERE x."of" = e.id AND x."do" = 'retract')
        GROUP BY p."whole" """,
        (plural,),
    ).fetchall()
    connection.executemany(
        f'UPDATE "rec_{plural}" SET touched = ?2 WHERE id = ?1 AND touched IS NOT ?2', ((i, at) for i, at in found)
    )


def _origins(connection: sqlite3.Connection, plural: str) -> None:
    """Who made the record and how; when a person last changed a field of it (imports and rules do not count)."""
    connection.execute(
        f"""UPDATE "rec_{plural}" SET ("by", "via") = (SELECT e.by, e.via FROM events e
          WHERE e."on" = ?1 || '/' || "rec_{plural}".id AND e."do" = 'create' ORDER BY e.id LIMIT 1),
        "_changed" = (SELECT max(e.at) FROM events e WHERE e."on" = ?1 || '/' || "rec_{plural}".id
          AND e."do" IN ('create', 'set', 'move') AND e.via NOT LIKE 'import%' AND e.via NOT LIKE 'rule%')
        WHERE id IN (SELECT id FROM dirty WHERE "type" = ?1)""",
        (plural,),
    )


def _moves(connection: sqlite3.Connection, plural: str, maker: RowMaker) -> None:
    stage = maker.plan.type.stage
    if stage is None or not maker.plan.pipelines:
        return
    connection.execute(
        'DELETE FROM moves WHERE "type" = ?1 AND id IN (SELECT id FROM dirty WHERE "type" = ?1)', (plural,)
    )
    names = (stage.name, *stage.was)
    marks = ", ".join("?" * len(names))
    found = connection.execute(
        f"""SELECT d.id, e.id, e.at, e."do", e."to", e.by, e.via, e.more, r."_pipeline", r."{stage.name}", f.mtime
        FROM dirty d JOIN "rec_{plural}" r ON r.id = d.id JOIN files f ON f.path = r."_path" LEFT JOIN events e ON e."on" = d."ref"
          AND (e."do" IN ('create', 'restore') OR (e."do" IN ('set', 'move') AND e.field IN ({marks})))
        WHERE d."type" = ? ORDER BY d.id, e.at, e.id""",
        (*names, plural),
    ).fetchall()
    rows: list[tuple[object, ...]] = []
    updates: list[tuple[object, ...]] = []
    pipelines = {p.name: p for p in maker.plan.pipelines}
    for name, group in groupby(found, key=lambda row: str(row[0])):
        events = list(group)
        pipeline = pipelines.get(events[0][8])
        if pipeline is None:
            continue
        entries = _entries(events, pipeline, names)
        rows.extend(_move_rows(plural, name, entries))
        updates.append((*_standing(entries, pipeline, str(events[0][9] or ""), int(str(events[0][10]))), name))
    connection.executemany(f"INSERT INTO moves VALUES ({', '.join('?' * 11)})", rows)
    connection.executemany(
        f'UPDATE "rec_{plural}" SET stage_since = ?, closed = ?, "_last_open" = ? WHERE id = ?', updates
    )


Entry = tuple[str, str, str, str, str, str, str, str]
"""Event id, at, from, to, kind, by, via, note: one stage entered."""


def _entries(events: list[tuple[object, ...]], pipeline: Pipeline, names: tuple[str, ...]) -> list[Entry]:
    """Stage entries in (at, id) order, those whose id exceeds all before (STORE rule 9); `was` names are mapped."""
    entries: list[Entry] = []
    greatest = ""
    present = ""
    for _, event, at, do, to, by, via, more, *_ in events:
        if event is None or str(event) <= greatest:
            continue
        greatest = str(event)
        extra = json.loads(str(more)) if more else {}
        target = _stage_in(extra.get("record", {}), names) if do in ("create", "restore") else str(to or "")
        stage = stage_of(pipeline, target or pipeline.first)
        name, kind = (stage.name, stage.kind) if stage else (target, "")
        if name != present:
            note = str(extra.get("note", ""))
            entries.append((greatest, str(at), present, name, kind, str(by or ""), str(via), note))
            present = name
    return entries


def _stage_in(record: dict[str, object], names: tuple[str, ...]) -> str:
    return next((str(record[name]) for name in names if record.get(name)), "")


def _move_rows(plural: str, name: str, entries: list[Entry]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for place, (event, at, before, to, kind, by, via, note) in enumerate(entries):
        until = entries[place + 1][1] if place + 1 < len(entries) else ""
        seconds = _between(at, until) if until else None
        rows.append((plural, name, event, at, before or None, to, kind, seconds, by or None, via, note or None))
    return rows


def _between(start: str, end: str) -> int | None:
    try:
        return int((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())
    except ValueError:
        return None


def _standing(
    entries: list[Entry], pipeline: Pipeline, stage: str, changed: int
) -> tuple[str | None, str | None, str | None]:
    """stage_since, closed and last open stage; of a stage the journal does not know yet, the file's time."""
    if not entries or entries[-1][3] != stage:
        since = _instant_of(changed)
        found = stage_of(pipeline, stage)
        kind = found.kind if found else ""
    else:
        since, kind = entries[-1][1], entries[-1][4]
    last_open = next((e[3] for e in reversed(entries) if e[4] in ("open", "hold")), None)
    if kind not in ("won", "lost"):
        return since, None, None
    closed = since
    for entry in reversed(entries):
        if entry[4] not in ("won", "lost"):
            break
        closed = entry[1]
    return since, closed, last_open


def _instant_of(nanoseconds: int) -> str:
    return datetime.fromtimestamp(nanoseconds // 1_000_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
