"""How many rows share a value, noted for SQLite so that it takes the right B-tree (docs/index.md).

Told nothing, it takes an option that a fifth of all records have for as rare as the one reference that leads here, and
looks at a fifth of a table for every row of another. A table is sampled once it is large enough to matter and again
whenever it has become several times as large: what was true of ten rows misleads about ten thousand.
"""

from __future__ import annotations

import sqlite3

from crmcli.text.plain_json import dumps, loads

SAMPLE = 400
"""Rows of each B-tree that are looked at; all tables of a million rows take a tenth of a second."""

FEW = 500
"""Rows up to which a table is left to what SQLite supposes of a table it knows nothing of: that it is large."""

TIMES = 4
"""How many times larger a table must have become to be sampled again."""

_TABLES = """SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0
AND name NOT LIKE 'sqlite@_%' ESCAPE '@' AND name NOT LIKE 'fts%'"""


def note_statistics(connection: sqlite3.Connection) -> None:
    """Sample the tables that have grown, inside the caller's transaction; nothing to do most times."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'sampled'").fetchone()
    sampled: dict[str, int] = loads(row[0]) if row else {}
    grown = {}
    for (name,) in connection.execute(_TABLES).fetchall():
        rows = connection.execute(f'SELECT max(rowid) FROM "{name}"').fetchone()[0] or 0
        if rows > FEW and rows > TIMES * sampled.get(name, 0):
            grown[str(name)] = int(rows)
    if not grown:
        return
    connection.execute(f"PRAGMA analysis_limit = {SAMPLE}")
    for name in grown:
        connection.execute(f'ANALYZE main."{name}"')
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('sampled', ?)", (dumps(sampled | grown),))
