"""The texts that `find` looks in: a row per record or log line in `docs`, and the trigram index `fts` over them.

A build leaves `fts` empty: making it costs as much as half of everything else, and most books are listed and counted far more
often than searched. The first question that needs it fills it (`fill`) and says so in `meta`; from then on every change of
a text goes into both.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

_BATCH = 2_000
_FILLED = "SELECT 1 FROM meta WHERE key = 'texts'"


def asks_texts(sql: str) -> bool:
    """Whether a statement that crm made needs the trigram index."""
    return "fts MATCH" in sql


def is_filled(connection: sqlite3.Connection) -> bool:
    """Whether `fts` holds what `docs` does."""
    return connection.execute(_FILLED).fetchone() is not None


def fill(connection: sqlite3.Connection, progress: Callable[[int, int], None] | None = None) -> None:
    """Put every text into the trigram index, inside the caller's transaction."""
    total = connection.execute("SELECT count(*) FROM docs").fetchone()[0]
    last = done = 0
    while done < total:
        end, count = connection.execute(
            "SELECT max(number), count(*) FROM (SELECT rowid AS number FROM docs WHERE rowid > ? ORDER BY rowid LIMIT ?)",
            (last, _BATCH),
        ).fetchone()
        connection.execute(
            'INSERT INTO fts (rowid, "text") SELECT rowid, "text" FROM docs WHERE rowid > ? AND rowid <= ?', (last, end)
        )
        last, done = end, done + count
        if progress and total > _BATCH:
            progress(done, total)
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('texts', 'filled')")


class Texts:
    """Writes `docs`, and `fts` where it is filled."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._base = connection
        self._filled = is_filled(connection)
        self._next = 0
        self._waiting: list[tuple[int, str, str, str]] = []

    def put(self, ref: str, what: str, text: str) -> None:
        """Add the text of a record (`what` = "record") or of a log line (its event's id)."""
        if not text:
            return
        if not self._next:
            self._next = self._base.execute("SELECT coalesce(max(rowid), 0) + 1 FROM docs").fetchone()[0]
        self._waiting.append((self._next, ref, what, text))
        self._next += 1
        if len(self._waiting) >= _BATCH:
            self.flush()

    def forget(self, ref: str, what: str) -> None:
        """Take a text out."""
        self.flush()
        found = self._base.execute('SELECT rowid, "text" FROM docs WHERE "ref" = ? AND "what" = ?', (ref, what))
        for number, text in found.fetchall():
            if self._filled:
                self._base.execute("INSERT INTO fts (fts, rowid, \"text\") VALUES ('delete', ?, ?)", (number, text))
            self._base.execute("DELETE FROM docs WHERE rowid = ?", (number,))

    def replace(self, ref: str, what: str, text: str) -> None:
        """Put a text in the place of the one that is there, if it is another."""
        self.flush()
        found = self._base.execute('SELECT "text" FROM docs WHERE "ref" = ? AND "what" = ?', (ref, what)).fetchall()
        if [old for (old,) in found] != ([text] if text else []):
            self.forget(ref, what)
            self.put(ref, what, text)

    def flush(self) -> None:
        """Write what was put."""
        if not self._waiting:
            return
        self._base.executemany('INSERT INTO docs (rowid, "ref", "what", "text") VALUES (?, ?, ?, ?)', self._waiting)
        if self._filled:
            self._base.executemany(
                'INSERT INTO fts (rowid, "text") VALUES (?, ?)', [(row[0], row[3]) for row in self._waiting]
            )
        self._waiting.clear()
