"""The texts that `find` looks in: a row per record or log line, and the trigram index over them."""

from __future__ import annotations

import sqlite3

_BATCH = 2_000


class Texts:
    """Writes `docs` and `fts` together. While `fresh`, `fts` is left to one rebuild at the end of a whole build."""

    def __init__(self, connection: sqlite3.Connection, *, fresh: bool = False) -> None:
        self._base = connection
        self._fresh = fresh
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
            if not self._fresh:
                self._base.execute("INSERT INTO fts (fts, rowid, \"text\") VALUES ('delete', ?, ?)", (number, text))
            self._base.execute("DELETE FROM docs WHERE rowid = ?", (number,))

    def flush(self) -> None:
        """Write what was put."""
        if not self._waiting:
            return
        self._base.executemany('INSERT INTO docs (rowid, "ref", "what", "text") VALUES (?, ?, ?, ?)', self._waiting)
        if not self._fresh:
            self._base.executemany(
                'INSERT INTO fts (rowid, "text") VALUES (?, ?)', [(row[0], row[3]) for row in self._waiting]
            )
        self._waiting.clear()
