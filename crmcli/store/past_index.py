"""The index of a past moment: the present one, seen through temporary tables (docs/questions.md, "Any past moment").

It has a connection of its own, on which the index is never written and stays as it was when the first question came. What
a question reads is put right before it is asked, and what nobody asks is not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.model.record import Fields, Ref
from crmcli.model.schema import Setup
from crmcli.model.types.base import ValueContext
from crmcli.store.index.connection import folder_lock, insist_unreadable, is_no_place, open_connection, open_read_only
from crmcli.store.index.index import Index
from crmcli.store.index.texts import asks_texts, is_filled
from crmcli.store.past_moment import Moment
from crmcli.store.past_records import PastRecords
from crmcli.store.past_tables import IDENTIFIERS, PROBLEMS, RECORDS
from crmcli.store.past_texts import PastTexts

if TYPE_CHECKING:
    from crmcli.store.index.connection import SqlArgument
    from crmcli.store.index.load import Loader

_IN_MEMORY = 64 * 1024 * 1024
"""Bytes of an index up to which what is rewritten stays in memory; of larger ones it goes to a file without a name."""

_CACHES = ("PRAGMA main.cache_size = -32768", "PRAGMA temp.cache_size = -32768")
_TEXTS = frozenset(["docs", "docs_then", "fts", "fts_then"])


class PastIndex(Index):
    """An index of its own, which knows no files: nothing in it is refreshed or touched."""

    def __init__(
        self, root: Path, state: Path, setup: Setup, context: ValueContext, present: Index, moment: Moment
    ) -> None:
        super().__init__(root, state, setup, context)
        self.path = None
        self._present = present
        self._moment = moment
        self._fresh = True
        self._records: PastRecords | None = None
        self._in_memory = False
        self._known: set[str] = set()  # questions of which nothing is left to be put right

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, with everything put right and the views people ask."""
        past = self._past()
        past.settle_all()
        for plural in self._makers:
            past.settle_touches(plural)
        for table in IDENTIFIERS:
            past.tables.name(table)
        past.tables.make_views()
        past.tables.fill_texts()
        return self._base()

    def rows_as_it_is(self, sql: str, params: Sequence[SqlArgument] = ()) -> list[sqlite3.Row]:
        """Ask; in memory where temporary files have no place, and of an index made anew where that is damaged."""
        if asks_texts(sql):
            self.fill_texts()
        while True:
            try:
                return self._answer(sql, params)
            except sqlite3.DatabaseError as error:
                insist_unreadable(error)
                self.close()
                if self._in_memory or not is_no_place(error):
                    self._present.make_anew(error)
                self._in_memory = True

    @property
    def items(self) -> str:
        """The table of list items, under a name that none of a question's own tables hides."""
        self._past().tables.make("items")
        return "temp.items"

    def fill_texts(self) -> None:
        """Make the trigram index of the present; what stands in the texts of then is put into one of its own."""
        if not is_filled(self._base()):
            self.close()  # this connection sees nothing that comes now
            self._present.fill_texts()

    def refresh(self) -> None:
        """Nothing changes in the past."""

    def refresh_journal(self) -> None:
        """Nothing changes in the past."""

    def rebuild(self) -> None:
        """Nothing changes in the past."""

    def stale(self) -> None:
        """Nothing changes in the past."""

    def close(self) -> None:
        """Give the connection back, and all temporary tables with it."""
        super().close()
        self._records = None
        self._known.clear()

    def rewind(self, moment: Moment, context: ValueContext) -> None:
        """Go further back, on the same tables; `context` is that of the new moment."""
        self._context = context
        self._moment = moment
        self.__dict__.pop("_makers", None)
        self._known.clear()
        if self._records is not None:
            self._records.rewind(moment, self._makers)

    def fields_of(self, ref: Ref) -> Fields | None:
        """The fields of a record that is not what its file says; None for one that is, or that was not there."""
        return self._past().fields_of(ref)

    # ---- inside -----------------------------------------------------------------------------------------

    def _base(self) -> sqlite3.Connection:
        """The connection as it is."""
        if self._connection is None:
            self._connection = self._open()
        return self._connection

    def _past(self) -> PastRecords:
        base = self._base()
        if self._records is None:
            self._records = PastRecords(base, self._root, self._loader)
            self._records.rewind(self._moment, self._makers)
        return self._records

    def _open(self, *, anew: bool = False) -> sqlite3.Connection:
        del anew
        self._present.rows("SELECT 1")  # looks at the files, unless this process has
        path = self._present.path
        if path is None:
            base = open_connection(None)
            self._present.connection.backup(base)
        else:
            with folder_lock(path):
                base = open_read_only(path)
            base.execute("PRAGMA query_only = 0")  # of temporary tables; the file is opened for reading
        pages, size = (base.execute(f"PRAGMA main.{name}").fetchone()[0] for name in ("page_count", "page_size"))
        kept = "MEMORY" if self._in_memory or pages * size <= _IN_MEMORY else "FILE"
        for statement in (f"PRAGMA temp_store = {kept}", *_CACHES, "BEGIN"):
            base.execute(statement)
        self._followed.clear()
        found = base.execute('SELECT "type", old, new FROM followed').fetchall()
        self._followed.update({(plural, old): new for plural, old, new in found})
        base.row_factory = sqlite3.Row
        return base

    def _loader(self) -> Loader:
        from crmcli.store.index.load import Loader  # noqa: PLC0415 - only where something was otherwise

        base = self._base()
        return Loader(base, self._root, self._makers, self._followed, fresh=True, texts=PastTexts(base))

    def _safely(self, work: Callable[[], bool]) -> bool:
        return work()

    def _answer(self, sql: str, params: Sequence[SqlArgument]) -> list[sqlite3.Row]:
        if sql not in self._known:
            self._put_right(sql, params)
            self._known.add(sql)
        return self._base().execute(sql, params).fetchall()

    def _put_right(self, sql: str, params: Sequence[SqlArgument]) -> None:
        """Put right what a question reads."""
        past = self._past()
        reads = self._reads(sql, params)
        tables = {table for table, _ in reads}
        own = {table.removeprefix(RECORDS) for table in tables if table.startswith(RECORDS)} & set(self._makers)
        if tables & {PROBLEMS, "moves", *_TEXTS}:
            past.settle_all()
        elif not tables.isdisjoint(past.sides):
            past.settle_sides()
        past.settle(own)
        for plural in own:
            if (RECORDS + plural, "touched") in reads:
                past.settle_touches(plural)
        for table in IDENTIFIERS:
            if not reads.isdisjoint([(table, "on"), (table, "origin")]):
                past.tables.name(table)
        if "fts" in tables:
            past.tables.fill_texts()

    def _reads(self, sql: str, params: Sequence[SqlArgument]) -> set[tuple[str, str]]:
        """The tables and columns that a question reads, as SQLite says when it prepares it."""
        found: set[tuple[str, str]] = set()

        def note(action: int, table: str | None, column: str | None, _base: str | None, _by: str | None) -> int:
            if action == sqlite3.SQLITE_READ:
                found.add((table or "", column or ""))
            return sqlite3.SQLITE_OK

        base = self._base()
        base.set_authorizer(note)
        try:
            base.execute(f"EXPLAIN {sql}", params)
        finally:
            base.set_authorizer(None)
        return found
