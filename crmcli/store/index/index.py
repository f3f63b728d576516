"""The index as one object: opened, made fresh, asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.model.schema import Setup
from crmcli.model.types.base import ValueContext
from crmcli.store.index.connection import discard, index_path, open_connection
from crmcli.store.layout import JOURNAL

if TYPE_CHECKING:
    from crmcli.store.index.load import Loader
    from crmcli.store.index.look import Look
    from crmcli.store.index.refresh import Refresh

INDEX_VERSION = "1"
"""Raise it whenever a table, a column or the meaning of one changes: every index is then built anew."""

Row = sqlite3.Row
SqlArgument = str | int | float | None


class Index:
    """The derived index of one book, for one process. Nothing outside `store` knows that it is SQLite."""

    def __init__(self, root: Path, state: Path, setup: Setup, context: ValueContext) -> None:
        self._root = root
        self._state = state
        self._setup = setup
        self._context = context
        self._fresh = False
        self.path = index_path(root, state)
        self.progress: Callable[[int, int], None] | None = None
        self._connection: sqlite3.Connection | None = None

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, to an index whose tables are those of this program and setup."""
        if self._connection is None:
            self._connection = self._open()
        return self._connection

    def rows(self, sql: str, params: Sequence[SqlArgument] = ()) -> list[sqlite3.Row]:
        """Ask a question; the first one of a process looks for changed files before."""
        if not self._fresh:
            self.refresh()
        return self.connection.execute(sql, params).fetchall()

    def row(self, sql: str, params: Sequence[SqlArgument] = ()) -> sqlite3.Row | None:
        """The first row of an answer, or None."""
        return next(iter(self.rows(sql, params)), None)

    def refresh(self) -> None:
        """Look for changed files and read them; cheap when there are none."""
        try:
            self._refresh()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                raise
            self.rebuild()
        self._fresh = True

    def rebuild(self) -> None:
        """Throw the index away and build it from the files."""
        self.close()
        if self.path is not None:
            discard(self.path)
        self._connection = None
        self._refresh()
        self._fresh = True

    def stale(self) -> None:
        """Say that files changed: the next question looks again."""
        self._fresh = False

    def close(self) -> None:
        """Close the connection, if one is open."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def trial(self) -> Iterator[Loader]:
        """A state that is only tried: records put through the loader inside are rolled back at the end."""
        from crmcli.store.index.load import Loader  # noqa: PLC0415 - only writes try anything

        connection = self.connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield Loader(connection, self._root, self._setup, self._context)
        finally:
            connection.execute("ROLLBACK")

    def touch(self, paths: Sequence[str], segment: str) -> None:
        """Read the files an op just wrote; a failure only means that the next look reads them."""
        self._in_transaction(lambda refresh: refresh.touch(paths, segment))

    def refresh_journal(self) -> None:
        """Look at the journal only: what an op needs before it draws ids."""
        from crmcli.store.index.look import look  # noqa: PLC0415
        found = look(self.connection, self._root, [JOURNAL])
        if found.suspicious:
            self._in_transaction(lambda refresh: refresh.run(found._replace(gone=[]), self._state))

    # ---- inside -----------------------------------------------------------------------------------------

    def _open(self) -> sqlite3.Connection:
        connection = open_connection(self.path)
        try:
            if self._is_current(connection):
                connection.row_factory = sqlite3.Row
                return connection
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                raise
        connection.close()
        if self.path is not None:
            discard(self.path)
        connection = open_connection(self.path)
        self._create(connection)
        connection.row_factory = sqlite3.Row
        return connection

    def _mark(self) -> str:
        return f"{INDEX_VERSION} {self._setup.digest} {self._rates_mark()}"

    def _rates_mark(self) -> str:
        try:
            found = (self._root / "rates.tsv").stat()
        except OSError:
            return "-"
        return f"{found.st_size}-{found.st_mtime_ns}"

    def _is_current(self, connection: sqlite3.Connection) -> bool:
        found = connection.execute("SELECT value FROM meta WHERE key = 'mark'").fetchone()
        return found is not None and found[0] == self._mark()

    def _create(self, connection: sqlite3.Connection) -> None:
        """Build everything in one go: no journal, since a build that is cut off is begun anew."""
        from crmcli.store.index.load import Loader  # noqa: PLC0415 - read paths without changes need none of it
        from crmcli.store.index.look import look  # noqa: PLC0415
        from crmcli.store.index.refresh import Refresh  # noqa: PLC0415
        from crmcli.store.recovery import readable_length  # noqa: PLC0415
        from crmcli.store.index.tables import create_indexes, create_tables  # noqa: PLC0415

        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -65536")
        connection.execute("BEGIN EXCLUSIVE")
        create_tables(connection, self._setup)
        create_indexes(connection, self._setup)
        loader = Loader(connection, self._root, self._setup, self._context)
        loader.fresh = True
        loader.add_problems(loader.rates.problems)
        refresh = Refresh(connection, loader, self._root, readable_length(self._root, self._state))
        refresh.run(look(connection, self._root, self._tops()), self._state, self.progress)
        connection.execute("INSERT INTO fts(fts) VALUES ('rebuild')")
        connection.execute("COMMIT")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('mark', ?)", (self._mark(),))
        connection.execute("PRAGMA cache_size = -8192")

    def _tops(self) -> list[str]:
        return [JOURNAL, *(t.plural for t in self._setup.types.values() if not t.embedded)]

    def _refresh(self) -> None:
        from crmcli.store.index.look import look  # noqa: PLC0415

        connection = self.connection
        connection.execute("PRAGMA synchronous = NORMAL")
        found = look(connection, self._root, self._tops())
        if not found.suspicious and not found.gone:
            return
        self._apply(found)

    def _apply(self, found: Look) -> None:
        self._in_transaction(lambda refresh: refresh.run(found, self._state, self.progress))

    def _in_transaction(self, work: Callable[[Refresh], None]) -> None:
        from crmcli.store.index.load import Loader  # noqa: PLC0415
        from crmcli.store.index.refresh import Refresh  # noqa: PLC0415
        from crmcli.store.recovery import readable_length  # noqa: PLC0415

        connection = self.connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            loader = Loader(connection, self._root, self._setup, self._context)
            work(Refresh(connection, loader, self._root, readable_length(self._root, self._state)))
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
