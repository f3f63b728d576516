"""The index as one object: opened, made fresh, asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.model.schema import Setup
from crmcli.model.types.base import ValueContext
from crmcli.store import disk
from crmcli.store.index.connection import (
    IndexBusyError,
    IndexDamagedError,
    SqlArgument,
    discard,
    folder_lock,
    index_places,
    insist_unreadable,
    is_busy,
    is_damage,
    is_no_place,
    open_connection,
    open_marked,
)
from crmcli.store.index.look import Look, journal_digests, look, look_again, rates_mark
from crmcli.store.index.own_journal import Appended, OwnJournal
from crmcli.store.index.texts import asks_texts, fill, is_filled
from crmcli.store.inside import insist_no_link
from crmcli.store.layout import JOURNAL
from crmcli.store.machine import place_of
from crmcli.store.pending import digest

if TYPE_CHECKING:
    from crmcli.store.index.load import Loader
    from crmcli.store.index.rates import Rates
    from crmcli.store.index.rowmake import RowMaker

INDEX_VERSION = "13"
"""Raise it whenever a table, a column or the meaning of one changes: every index is then built anew."""

_TRIES = 12
"""Passes over the files after which a reader takes what it got, though somebody commits in the middle of each."""


class _MovedOnError(Exception):
    """Somebody committed an op while files were being read."""


class Index:
    """The derived index of one book, for one process. Nothing outside `store` knows that it is SQLite."""

    def __init__(self, root: Path, state: Path, setup: Setup, context: ValueContext) -> None:
        self._root = root
        self._state = state
        self._setup = setup
        self._context = context
        self._fresh = False
        self._places = index_places(root, state)
        self.path = next(self._places)  # where the index is; None: in memory
        self.steady = False  # whether all answers between two looks are of one state: for commands of many questions
        self._held = False  # whether a read transaction holds that state
        self.progress: Callable[[int, int], None] | None = None
        self.waits: Callable[[], object] | None = None  # called while another process builds the index
        self._connection: sqlite3.Connection | None = None
        self._just_built = self._was_damaged = self._sorts_in_memory = False
        self._own = OwnJournal(root)
        self._followed: dict[tuple[str, str], str] = {}  # given-up names that are still used, and the present ones

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, to an index whose tables are those of this program and setup."""
        if self._connection is None:
            self._connection = self._open()
        return self._connection

    @property
    def items(self) -> str:
        """The table of list items, under a name that none of a question's own tables hides."""
        return "main.items"

    def rows(self, sql: str, params: Sequence[SqlArgument] = ()) -> list[sqlite3.Row]:
        """Ask a question; the first one of a process looks for changed files before."""
        if not self._fresh:
            self.refresh()
        return self.rows_as_it_is(sql, params)

    def rows_as_it_is(self, sql: str, params: Sequence[SqlArgument] = ()) -> list[sqlite3.Row]:
        """Ask without a look at the files, as inside a trial."""
        if asks_texts(sql):
            self.fill_texts()
        while True:
            try:
                return self.connection.execute(sql, params).fetchall()
            except sqlite3.DatabaseError as error:
                insist_unreadable(error)
                if self.connection.in_transaction and not self._held:
                    raise IndexDamagedError(self.path) from error
                self.make_anew(error)
            self.hold()

    def row(self, sql: str, params: Sequence[SqlArgument] = ()) -> sqlite3.Row | None:
        """The first row of an answer, or None."""
        return next(iter(self.rows(sql, params)), None)

    @property
    def rates(self) -> Rates:
        """What rates.tsv says; read once, and again when a look finds that it changed."""
        if not self._fresh:
            self.refresh()
        return self._rates

    def refresh(self) -> None:
        """Look for changed files and read them; cheap when there are none."""
        self._let_go()
        self._safely(lambda: self._look_at(self._tops))
        self._fresh = True
        self.hold()

    def refresh_journal(self) -> None:
        """Look at the journal, which every writer appends to; when somebody wrote, look at everything.

        What an op needs under the lock before it draws ids and checks what must be unique.
        """
        self._let_go()
        found = self._own.look()
        changed = self._safely(lambda: not self._own.is_as_left(found) and self._look_at([JOURNAL]))
        if changed or not self._fresh:
            self.refresh()
        self._own.leave(found)

    def mark(self) -> tuple[int, ...]:
        """What changes whenever the index does, by this process or another; equal marks: it says what it said."""
        self._let_go()
        version = self.connection.execute("PRAGMA data_version").fetchone()[0]
        return int(version), self.connection.total_changes

    def fill_texts(self) -> None:
        """Make the trigram index over the texts, which a build leaves empty; free when it is there."""
        self._let_go()
        if self.connection.in_transaction and not is_filled(self.connection):  # a trial: filled for good after it
            fill(self.connection, self.progress)
        while self._safely(lambda: not is_filled(self.connection)):
            self._safely(self._fill_texts)
        self.hold()

    def rebuild(self) -> None:
        """Throw the index away and build it from the files."""
        self.close()
        self._connection = self._open(anew=True)
        self._look_at(self._tops)
        self._fresh = True

    def make_anew(self, error: sqlite3.DatabaseError) -> None:
        """Build the index anew after an error that another one may not meet, and raise any other.

        Elsewhere where nothing can be written, or where one that was built anew is damaged again: in the end in memory.
        """
        if is_busy(error):
            raise IndexBusyError(self.path) from error
        if self.path is None or not (is_no_place(error) or is_damage(error)):
            raise error
        if is_no_place(error) or self._was_damaged:
            self.path = next(self._places)
        self._was_damaged = True
        self.rebuild()

    @property
    def just_built(self) -> bool:
        """Whether it was built a moment ago by this process: the next look has nothing to do."""
        return self._just_built

    def take_as_it_is(self) -> None:
        """Answer without a look until the next one: for a process that has another one look."""
        self._fresh = True

    def stale(self) -> None:
        """Say that files changed: the next question looks again."""
        self._let_go()
        self._fresh = self._just_built = False

    def close(self) -> None:
        """Close the connection, if one is open."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._held = False

    @contextmanager
    def trial(self) -> Iterator[Loader]:
        """A state that is only tried: records put through the loader inside are rolled back at the end."""
        self._let_go()
        self._begin("BEGIN IMMEDIATE")
        try:
            yield self._loader()
            filled = is_filled(self.connection)
        finally:
            self._roll_back()
        if filled:
            self.fill_texts()

    def touch(self, paths: Sequence[str], written: Appended) -> None:
        """Read the files an op just wrote, under the lock; a failure only means that the next look reads them."""
        from crmcli.store.index.refresh import Refresh  # noqa: PLC0415 - only writes

        try:
            with self.writing() as connection:
                refresh = Refresh(connection, self._loader(), self._root, {})  # the op is complete, and no other is not
                refresh.touch(paths, written, self._own.tail)
            self._own.append(refresh.tail)
        except (sqlite3.Error, OSError):
            self._own.forget()
            self._fresh = False

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction for what the store notes about files beside their content."""
        self._let_go()
        connection = self.connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    def hold(self) -> None:
        """Let the questions that follow be answered from the state that the first of them meets."""
        if not self.steady or self._held or self.connection.in_transaction:
            return
        self._begin("BEGIN")
        self._held = True

    def _let_go(self) -> None:
        held, self._held = self._held, False
        if held and self._connection is not None and self._connection.in_transaction:
            try:
                self._connection.execute("COMMIT")
            except sqlite3.DatabaseError:  # it only read: whoever asks next opens it again, or another one
                self.close()

    def _begin(self, statement: str) -> None:
        while True:
            try:
                self.connection.execute(statement)
            except sqlite3.DatabaseError as error:
                self.make_anew(error)
            else:
                return

    def _roll_back(self) -> None:
        """Undo a transaction; where that fails too, the connection is closed, and what it had begun goes with it."""
        if self._connection is not None and self._connection.in_transaction:
            try:
                self._connection.execute("ROLLBACK")
            except sqlite3.DatabaseError:
                self.close()

    def _fill_texts(self) -> bool:
        with self.writing() as connection:
            if not is_filled(connection):  # somebody may have done it while we waited
                fill(connection, self.progress)
        return True

    @cached_property
    def _place(self) -> str:
        """Where the index was made: one that came with a clone or a copied folder is built anew."""
        return digest(place_of(self._root).encode(errors="surrogateescape"))

    def _open(self, *, anew: bool = False) -> sqlite3.Connection:
        """Open where the index is; where nothing can be written any more, at the next best place."""
        while True:
            try:
                return self._open_here(anew=anew)
            except sqlite3.Error as error:
                if is_busy(error):
                    raise IndexBusyError(self.path) from error
                if self.path is None or not (is_no_place(error) or is_damage(error)):
                    raise
                self._sorts_in_memory = is_no_place(error) and not self._sorts_in_memory
                if self._sorts_in_memory:  # once more: it may be temporary files that have no place
                    continue
            except OSError:  # what lies there cannot be removed
                if self.path is None:
                    raise
            self.path = next(self._places)

    def _open_here(self, *, anew: bool) -> sqlite3.Connection:
        mark = self._mark()
        if not anew:
            with folder_lock(self.path, waits=self.waits):
                connection = open_marked(self.path, mark)
            if connection is not None:
                return connection
        with folder_lock(self.path, exclusive=True, waits=self.waits):
            connection = None if anew else open_marked(self.path, mark)  # somebody may have built it while we waited
            return connection or self._build(mark)

    def _mark(self) -> str:
        return f"{INDEX_VERSION} {self._setup.digest} {rates_mark(self._root)} {self._place}"

    def _build(self, mark: str) -> sqlite3.Connection:
        from crmcli.store.index.build import build  # noqa: PLC0415 - read paths without changes need none of it

        if self.path is not None:
            discard(self.path)
        connection = open_connection(self.path)
        self._followed.clear()
        self.__dict__.pop("_rates", None)
        self.__dict__.pop("_makers", None)
        try:
            self._just_built = build(
                connection, self.path, self._root, self._state, self._setup, self._tops, self._makers, self._followed,
                self._rates, mark, self.progress, sorts_in_memory=self._sorts_in_memory or self.path is None,
            )  # fmt: skip
        except BaseException:
            connection.close()
            raise
        return connection

    @cached_property
    def _tops(self) -> tuple[str, ...]:
        tops = (JOURNAL, *(t.plural for t in self._setup.types.values() if not t.embedded))
        for top in tops:
            insist_no_link(self._root, top)
        return tops

    @cached_property
    def _rates(self) -> Rates:
        from crmcli.store.index.rates import read_rates  # noqa: PLC0415 - only where records are read

        return read_rates(self._root, self._setup.config.currency)

    @cached_property
    def _makers(self) -> Mapping[str, RowMaker]:
        from crmcli.store.index.rowmake import row_makers  # noqa: PLC0415 - only where records are read

        return row_makers(self._setup, self._context, self._rates, self._followed)

    def _loader(self) -> Loader:
        from crmcli.store.index.load import Loader  # noqa: PLC0415 - only where something changed

        found = self.connection.execute('SELECT "type", old, new FROM followed').fetchall()
        self._followed.clear()
        self._followed.update({(plural, old): new for plural, old, new in found})
        return Loader(self.connection, self._root, self._makers, self._followed)

    def _look_at(self, tops: Sequence[str]) -> bool:
        connection = self.connection
        if self._just_built:
            self._just_built = False
            return True
        found = look(connection, self._root, tops)
        if not found.suspicious and not found.gone:
            return False
        for tries in range(_TRIES):
            with suppress(_MovedOnError):
                return self._pass(found, tops, insist=tries + 1 < _TRIES)
        return True

    def _pass(self, found: Look, tops: Sequence[str], *, insist: bool) -> bool:
        """Bring the index to a state the book was in, all or nothing; whether any file had new content.

        The journal tells whether it was: nobody committed between the look and the end. Raises `_MovedOnError` when
        somebody did, and that is not to be (`insist`).
        """
        from crmcli.store.index.refresh import Refresh  # noqa: PLC0415 - only where something changed
        from crmcli.store.index.unplaced import waiting_ops  # noqa: PLC0415

        clock = disk.clock(self.path.parent) if self.path else 0
        with self.writing() as connection:
            journal = journal_digests(self._root)
            waiting = waiting_ops(
                self._root, self._state
            )  # before the files: an op that is over by then has put all of them in place
            same = journal == found.journal  # waiting for the right to write may take its time
            now = look_again(self._root, found) if same else look(connection, self._root, tops)
            refresh = Refresh(connection, self._loader(), self._root, waiting.limits, waiting.unplaced)
            refresh.run(now.suspicious, now.gone, clock, self.progress)
            if insist and journal_digests(self._root) != journal:
                raise _MovedOnError
        return refresh.changed

    def _safely(self, work: Callable[[], bool]) -> bool:
        """Work on the index; one that is damaged is built anew, one that can no longer be written, elsewhere."""
        try:
            if self._connection is not None and self._rates_moved():
                self.rebuild()
            return work()
        except sqlite3.DatabaseError as error:
            self.make_anew(error)
        return True

    def _rates_moved(self) -> bool:
        found = self.connection.execute("SELECT value FROM meta WHERE key = 'mark'").fetchone()
        return found is None or found[0] != self._mark()
