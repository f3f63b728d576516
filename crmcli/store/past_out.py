"""Taking many events and many records out of a private copy of the index at once, with what hangs on them (docs/index.md)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

_EVENTS_CHANGE = """SELECT DISTINCT "on" FROM out_events WHERE "do" NOT IN ('log', 'retract')"""
_EVENTS_TOUCH = (
    "SELECT \"on\" FROM out_events WHERE \"do\" IN ('log', 'retract')",
    'SELECT o."on" FROM event_on o WHERE o.event IN (SELECT id FROM out_events)',
    'SELECT o."on" FROM event_on o WHERE o.event IN (SELECT x."of" FROM out_events x WHERE x."of" IS NOT NULL)',
)
_TEXTS_OF_EVENTS = 'FROM docs WHERE "what" IN (SELECT id FROM out_events WHERE "do" = \'log\')'
_EVENTS_OUT = (
    "DELETE FROM event_on WHERE event IN (SELECT id FROM out_events)",
    "DELETE FROM events WHERE id IN (SELECT id FROM out_events)",
)
_HANGING = """SELECT s.name FROM sqlite_schema s WHERE s.type = 'table' AND s.name NOT LIKE 'rec@_%' ESCAPE '@'
AND EXISTS (SELECT 1 FROM pragma_table_info(s.name) WHERE name = 'type')
AND EXISTS (SELECT 1 FROM pragma_table_info(s.name) WHERE name = 'id')"""
"""Tables with rows of a record: items, tags, references, keys, rows inside of it, moves."""

_WHOLES = """SELECT to_type || '/' || to_id FROM refs
WHERE within = 1 AND "type" = ?1 AND id IN (SELECT id FROM out_records WHERE "type" = ?1)"""


def events_out(connection: sqlite3.Connection) -> tuple[set[str], set[str]]:
    """Take out the events listed in `out_events`; return the records (`plural/id`) they changed, and those they touched.

    Of the latter only the last touch may follow.
    """
    changed = {str(on) for (on,) in connection.execute(_EVENTS_CHANGE)}
    touched = {str(on) for sql in _EVENTS_TOUCH for (on,) in connection.execute(sql)}
    _texts_out(connection, _TEXTS_OF_EVENTS)
    for statement in _EVENTS_OUT:
        connection.execute(statement)
    return changed, touched


def records_out(connection: sqlite3.Connection, plurals: Iterable[str]) -> set[str]:
    """Take out the records listed in `out_records` (type, id); return what else may follow: the wholes they were part of."""
    touched: set[str] = set()
    hanging = [str(name) for (name,) in connection.execute(_HANGING)]
    for plural in plurals:
        found = connection.execute('SELECT 1 FROM out_records WHERE "type" = ? LIMIT 1', (plural,)).fetchone()
        if not found:
            continue
        among = 'IN (SELECT id FROM out_records WHERE "type" = ?1)'
        touched |= {str(on) for (on,) in connection.execute(_WHOLES, (plural,))}
        for table in hanging:
            connection.execute(f'DELETE FROM "{table}" WHERE "type" = ?1 AND id {among}', (plural,))
        connection.execute(
            f'DELETE FROM problems WHERE path IN (SELECT "_path" FROM "rec_{plural}" WHERE id {among})', (plural,)
        )
        connection.execute(f'DELETE FROM "rec_{plural}" WHERE id {among}', (plural,))
    _texts_out(
        connection, """FROM docs WHERE "ref" IN (SELECT "type" || '/' || id FROM out_records) AND "what" = 'record'"""
    )
    return touched


def _texts_out(connection: sqlite3.Connection, which: str) -> None:
    """Take texts out of `docs`, and of the trigram index over them where it is filled."""
    from crmcli.store.index.texts import is_filled  # noqa: PLC0415 - the past is rarely asked for

    if is_filled(connection):
        connection.execute(f'INSERT INTO fts (fts, rowid, "text") SELECT \'delete\', rowid, "text" {which}')
    connection.execute(f"DELETE {which}")
