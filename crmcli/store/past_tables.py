"""The tables of a past moment, laid over those of the present: SQLite takes a temporary one before the index's own.

What only grows (events, and the records that lines of the log belong to) is hidden by views that end at the moment. What a
change of a record rewrites is hidden by copies, each made when a question first reads it. The index itself is only read.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from crmcli.store.index.derive import DIRTY
from crmcli.store.index.statistics import SAMPLE
from crmcli.store.past_moment import Moment
from crmcli.store.past_texts import TEXTS_OF_THEN

RECORDS = "rec_"
PROBLEMS = "problems"
NAMED = 'SELECT "on" AS "ref" FROM renamed UNION SELECT was FROM renamed'
IDENTIFIERS = {"events": "id", "event_on": "event"}
"""Tables that only grow, and their column of the event's id."""

_REF = '("ref" TEXT PRIMARY KEY, "type" TEXT, id TEXT) WITHOUT ROWID'
_OWN = (
    f"PRAGMA analysis_limit = {SAMPLE}",
    "PRAGMA legacy_alter_table = 1",
    DIRTY,
    f"CREATE TEMP TABLE void {_REF}",
    f"CREATE TEMP TABLE leaving {_REF}",
    'CREATE TEMP TABLE renamed ("table" TEXT, event TEXT, was TEXT, "on" TEXT, written TEXT)',
    "CREATE TEMP VIEW shadows AS SELECT * FROM main.shadows WHERE 0",
    *TEXTS_OF_THEN,
)
"""`void`: records whose rows in the index count no longer; `dirty`: those whose last touch may be another; `renamed`: what
stands under another record in what only grows, as it was merged or taken apart since."""

_SPLIT = """SELECT "ref", substr("ref", 1, instr("ref", '/') - 1) AS "type", substr("ref", instr("ref", '/') + 1) AS id FROM ({})"""
_WHOLES = (
    'UNION SELECT r.to_type, r.to_id FROM whole w JOIN {} r ON r."type" = w."type" AND r.id = w.id WHERE r.within = 1'
)
_OWE = f"""INSERT OR IGNORE INTO dirty WITH RECURSIVE whole("type", id) AS (SELECT "type", id FROM ({_SPLIT})
{_WHOLES.format("refs")} {_WHOLES.format("main.refs")}) SELECT "type" || '/' || id, "type", id, 0 FROM whole"""


_WHOSE = f"""coalesce((SELECT f."ref" FROM main.files f WHERE f.path = {PROBLEMS}.path), substr(path, 1, length(path) - 3))"""
"""Of a problem: the record of its file. Of a record whose file is gone now, the path is its name."""


class PastTables:
    """Temporary tables and views of one connection."""

    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base
        row = base.execute("SELECT value FROM meta WHERE key = 'sampled'").fetchone()
        self._sampled: dict[str, int] = json.loads(row[0]) if row else {}
        self._made: set[str] = set()  # copies
        self._holding: set[str] = set()  # those of them with rows of records
        self._moment = Moment()
        self.owing = False
        """Whether it is noted which last touches may be others: once any were asked for."""
        for statement in _OWN:
            base.execute(statement)

    # ---- what only grows ----------------------------------------------------------------------------------

    def bound(self, moment: Moment) -> None:
        """Let what only grows end at the moment; the view `later` is what that hides of the events."""
        self._moment = moment
        for name in IDENTIFIERS:
            if name in self._made:
                self._base.execute(f"DROP TABLE temp.{name}_then")
                self._made.remove(name)
            self._show(name, f"main.{name}")
        self._base.execute("DROP VIEW IF EXISTS temp.later")
        self._base.execute(f"CREATE TEMP VIEW later AS SELECT * FROM main.events WHERE {moment.since(None, 'id')}")

    def rename(self, rows: Iterable[Sequence[str]]) -> None:
        """Say what stands under another record then: table, event, name in the index, name then, name as it was written."""
        if self.owing:
            self.owe(NAMED)
        for table, column in (("unsaid", "event"), ("docs_then", "what"), ("renamed", "event")):
            self._base.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT event FROM renamed)")
        self._base.executemany("INSERT INTO renamed VALUES (?, ?, ?, ?, ?)", rows)
        self._base.execute("INSERT OR IGNORE INTO unsaid SELECT event FROM renamed WHERE \"table\" = 'events'")
        self._base.execute(
            """INSERT INTO docs_then SELECT r."on", d."what", d."text" FROM renamed r CROSS JOIN main.docs d
            ON d."ref" = r.was AND d."what" = r.event WHERE r."table" = 'events'"""
        )

    def name(self, table: str) -> None:
        """Let a table that only grows name the records of then, by a copy of it where it does not."""
        renamed = self._base.execute('SELECT 1 FROM renamed WHERE "table" = ? LIMIT 1', (table,)).fetchone()
        if renamed is None or table in self._made:
            return
        self._base.execute(f"DROP VIEW temp.{table}")
        self.copy(table)
        self._base.execute(
            f"""UPDATE temp.{table} SET "on" = o."on", origin = nullif(o.written, o."on") FROM renamed o WHERE o."table" = ?1
            AND o.event = {table}.{IDENTIFIERS[table]} AND o.was = {table}."on" AND o.written = coalesce(origin, {table}."on")""",
            (table,),
        )
        self._base.execute(f"ALTER TABLE temp.{table} RENAME TO {table}_then")
        self._show(table, f"{table}_then")

    # ---- what is rewritten --------------------------------------------------------------------------------

    def make(self, *names: str) -> None:
        """Hide tables by copies without the rows of records that count no longer; nothing to do for those that are."""
        for name in {*names} - self._holding:
            self.copy(name)
            self._drop(name, "void")
            self._holding.add(name)

    def copy(self, name: str) -> None:
        """Hide a table by a copy with its B-trees, made page by page: SQLite sees that both are alike."""
        if name in self._made:
            return
        self._made.add(name)
        made = "SELECT sql FROM main.sqlite_schema WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type = 'index'"
        for (sql,) in self._base.execute(made, (name,)).fetchall():
            self._base.execute(sql.replace(" TABLE ", " TEMP TABLE ", 1).replace(" INDEX ", " INDEX temp.", 1))
        self._base.execute(f'INSERT INTO temp."{name}" SELECT * FROM main."{name}"')
        if name in self._sampled:
            self._base.execute(f'ANALYZE temp."{name}"')

    def leave(self, select: str, params: Sequence[str] = ()) -> None:
        """Take out the records that a statement gives (`plural/id`, as `ref`), and list them in `leaving`."""
        self._base.execute("DELETE FROM leaving")
        self._base.execute(f"INSERT INTO leaving {_SPLIT.format(select)}", params)
        if self.owing:
            self.owe()
        self._base.execute("INSERT OR IGNORE INTO void SELECT * FROM leaving")
        self._base.execute('DELETE FROM docs_then WHERE "ref" IN (SELECT "ref" FROM leaving) AND "what" = \'record\'')
        for name in self._holding:
            self._drop(name, "leaving")

    def owe(self, select: str = 'SELECT "ref" FROM leaving') -> None:
        """Note that the last touch of these records, and of all that they are part of, may be another."""
        self._base.execute(_OWE.format(select))

    # ---- what people see ----------------------------------------------------------------------------------

    def fill_texts(self) -> None:
        """Put the texts of then into their trigram index."""
        self._base.execute("INSERT INTO fts_then (fts_then) VALUES ('rebuild')")

    def make_views(self) -> None:
        """Let the views for people show what the tables of then hold."""
        for name, sql in self._base.execute("SELECT name, sql FROM main.sqlite_schema WHERE type = 'view'").fetchall():
            self._base.execute(f'DROP VIEW IF EXISTS temp."{name}"')
            self._base.execute(sql.replace(" VIEW ", " TEMP VIEW ", 1))

    # ---- inside -------------------------------------------------------------------------------------------

    def _show(self, name: str, source: str) -> None:
        """Let a table that only grows be what a source says of it up to the moment."""
        self._base.execute(f"DROP VIEW IF EXISTS temp.{name}")
        until = self._moment.until(IDENTIFIERS[name])
        self._base.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM {source} WHERE {until}")

    def _drop(self, name: str, gone: str) -> None:
        """Delete the rows of the records in a table."""
        params: tuple[str, ...] = ()
        which = f'("type", id) IN (SELECT "type", id FROM {gone})'
        if name == PROBLEMS:
            which = f'{_WHOSE} IN (SELECT "ref" FROM {gone})'
        elif name.startswith(RECORDS):
            which, params = f'id IN (SELECT id FROM {gone} WHERE "type" = ?)', (name.removeprefix(RECORDS),)
        self._base.execute(f'DELETE FROM temp."{name}" WHERE {which}', params)
