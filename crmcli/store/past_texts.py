"""What `find` looks in at a past moment: the index's texts that still count, and beside them those of records as they were."""

from __future__ import annotations

import sqlite3

from crmcli.store.index.texts import Texts

_AFTER = 1 << 40
"""What is added to the numbers of the texts of then: they come after all others."""

TEXTS_OF_THEN = (
    'CREATE TEMP TABLE docs_then ("ref" TEXT, "what" TEXT, "text" TEXT)',
    'CREATE INDEX temp.ix_docs_then ON docs_then ("ref")',
    "CREATE TEMP TABLE unsaid (event TEXT PRIMARY KEY) WITHOUT ROWID",
    'CREATE VIRTUAL TABLE temp.fts_then USING fts5("text", content="docs_then", tokenize="trigram", columnsize=0)',
    f"""CREATE TEMP VIEW docs AS SELECT rowid AS rowid, "ref", "what", "text" FROM main.docs d WHERE CASE d."what"
      WHEN 'record' THEN d."ref" NOT IN (SELECT "ref" FROM void)
      ELSE EXISTS (SELECT 1 FROM events e WHERE e.id = d."what") AND d."what" NOT IN (SELECT event FROM unsaid) END
    UNION ALL SELECT CAST(rowid + {_AFTER} AS INTEGER), "ref", "what", "text" FROM docs_then t
      WHERE t."what" = 'record' OR EXISTS (SELECT 1 FROM events e WHERE e.id = t."what")""",
    f"""CREATE TEMP VIEW fts AS SELECT rowid AS rowid, fts AS fts FROM main.fts
    UNION ALL SELECT CAST(rowid + {_AFTER} AS INTEGER), fts_then FROM fts_then""",
)
"""`unsaid`: what was told in the index's texts under another name than then, or not yet, or no longer."""


class PastTexts(Texts):
    """Writes the texts of then."""

    def __init__(self, base: sqlite3.Connection) -> None:
        super().__init__(base)
        self._next = 1  # of the texts of a connection the numbers follow from their order

    def forget(self, ref: str, what: str) -> None:
        """Take out the text of an event; those of records go with them."""
        self.flush()
        self._base.execute("INSERT OR IGNORE INTO unsaid VALUES (?)", (what,))
        self._base.execute('DELETE FROM docs_then WHERE "ref" = ? AND "what" = ?', (ref, what))

    def flush(self) -> None:
        """Write what was put."""
        self._base.executemany("INSERT INTO docs_then VALUES (?, ?, ?)", [row[1:] for row in self._waiting])
        self._waiting.clear()
