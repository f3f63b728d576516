"""The B-trees over events: made when the journal is in, before the records, which look their events up."""

from __future__ import annotations

import sqlite3

TEXTS_TREE = 'CREATE INDEX IF NOT EXISTS ix_docs ON docs ("ref", "what")'
_TREES = (
    'CREATE INDEX ix_events_on ON events ("on", "id", "do")',
    'CREATE INDEX ix_events_seg ON events ("seg")',
    'CREATE INDEX ix_events_op ON events ("op")',
    'CREATE INDEX ix_events_at ON events ("at", "do")',
    'CREATE INDEX ix_events_line ON events ("id", "do", "at", "kind", "via") WHERE "do" = \'log\'',
    'CREATE INDEX ix_events_of ON events ("of") WHERE "of" IS NOT NULL',
    "CREATE INDEX ix_events_undoes ON events (json_extract(\"more\", '$.undoes')) WHERE json_extract(\"more\", '$.undoes') IS NOT NULL",
    'CREATE INDEX ix_events_rename ON events ("id") WHERE "do" = \'rename\'',
    'CREATE INDEX ix_events_same ON events ("id") WHERE "do" = \'same\'',
    'CREATE INDEX ix_events_erase ON events ("id") WHERE "do" = \'erase\'',
    'CREATE INDEX ix_events_origin ON events ("origin") WHERE "origin" IS NOT NULL',
    'CREATE INDEX ix_event_on_origin ON event_on ("origin") WHERE "origin" IS NOT NULL',
    'CREATE INDEX ix_event_on ON event_on ("on", "at", "event", "touch")',
    'CREATE INDEX ix_event_of ON event_on ("event")',
)
"""`ix_events_line` holds what is asked of most lines, so that questions about a record's log need not look at the rows."""


def index_journal(connection: sqlite3.Connection) -> None:
    """Make them in a fresh index; a journal with renames or merges needs that of the texts too, or each would look at all of them."""
    for statement in _TREES:
        connection.execute(statement)
    if connection.execute("SELECT 1 FROM events WHERE \"do\" IN ('rename', 'same')").fetchone():
        connection.execute(TEXTS_TREE)
