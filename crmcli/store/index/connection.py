"""Opening the index: in the book, else in the user's cache folder, else in memory; damaged ones are made anew.

Whoever opens an index file holds a shared lock on its folder until SQLite has its files open, whoever replaces one an
exclusive lock: an old database is never read with the log of a new one.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias

from crmcli.errors import ConflictError, CrmError, UsageError
from crmcli.store import disk

SqlArgument: TypeAlias = str | int | float | None
BUSY_SECONDS = 60.0
_ASK_SECONDS = 0.1
"""Between two tries to lock a folder that another process holds."""
_FUNCTIONS = {
    "crm_fold": (1, "fold_value"),
    "crm_power": (2, "power"),
    "crm_worked": (3, "worked"),
    "crm_later": (4, "moved"),
    "crm_local": (2, "local"),
    "crm_exact": (-1, "exact"),
    "crm_months": (2, "months_between"),
    "crm_written": (-1, "written"),
}
"""Functions of SQL that compiled questions call: the number of their arguments (-1: any), their names in query/functions.py."""
_AGGREGATES = {"crm_median": (1, "Median"), "crm_first": (3, "Earliest"), "crm_last": (3, "Latest")}
"""Aggregates over the rows of a report: the number of their arguments, their classes in query/grouped.py."""
_LOG_PAGES = 4_000
"""Pages SQLite's log may have (16 MB) before they go into the index file, which costs two syncs: one small write in a hundred."""

_TOO_DEEP = ("parser stack overflow", "Expression tree is too large")
"""What SQLite says of a question with more levels than it reads: about a hundred, of expressions a thousand."""
_COMPANIONS = ("", "-wal", "-shm", "-journal")
_NO_PLACE = frozenset([sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN])
_DAMAGE = frozenset([sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_SCHEMA])
_UNREADABLE = frozenset(
    [sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN]
)


class IndexBusyError(ConflictError):
    """Another process has held the index for a minute."""

    def __init__(self, path: Path | None) -> None:
        super().__init__(
            f"another process has been writing to {path} for {BUSY_SECONDS:.0f} s",
            hint="wait for it to end, or look what holds it; the book itself is untouched",
        )


class IndexDamagedError(CrmError):
    """Bytes of the index are broken where a change is only being tried, so that it cannot be made anew meanwhile."""

    def __init__(self, path: Path | None) -> None:
        super().__init__(
            f"the index {path} is damaged; nothing was changed",
            hint="`crm reindex` builds it anew from the files, which are untouched; then run this again",
        )


class QuestionTooDeepError(UsageError):
    """A question is nested deeper than SQLite reads, with the computed fields and tags it names."""

    def __init__(self) -> None:
        super().__init__(
            "the question is nested too deeply to be asked, with the computed fields and tags it names",
            hint="ask fewer things inside each other: fewer `if(…)` in one, fewer computed fields made of computed fields",
        )


def open_connection(path: Path | None) -> sqlite3.Connection:
    """Open the index file (memory when None); transactions are begun by hand."""
    connection = sqlite3.connect(
        str(path) if path else ":memory:", timeout=BUSY_SECONDS, isolation_level=None, cached_statements=256
    )
    _add_functions(connection)
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def open_marked(path: Path | None, mark: str) -> sqlite3.Connection | None:
    """Open an index that carries this mark; None where there is another one, a damaged one or none."""
    connection = open_connection(path)
    try:
        found = connection.execute("SELECT value FROM meta WHERE key = 'mark'").fetchone()
    except sqlite3.DatabaseError as error:
        connection.close()
        if is_busy(error) or is_no_place(error):
            raise
        return None
    if found is None or found[0] != mark:
        connection.close()
        return None
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
    connection.row_factory = sqlite3.Row
    return connection


def _add_functions(connection: sqlite3.Connection) -> None:
    """Give SQL the functions that compiled questions call."""
    connection.create_function("REGEXP", 2, _regexp, deterministic=True)
    for name, (count, function) in _FUNCTIONS.items():
        connection.create_function(name, count, _later(function), deterministic=True)
    for name, (count, made) in _AGGREGATES.items():
        connection.create_aggregate(name, count, _aggregate(made))


def _later(name: str) -> Callable[..., SqlArgument]:
    """The function of that name in query/functions.py, imported when a question first calls it.

    What it has no answer for (a year beyond the calendar, a number too great) is empty, so that one odd value spoils no list.
    """
    found: list[Callable[..., SqlArgument]] = []

    def answer(*values: object) -> SqlArgument:
        if not found:
            from crmcli.query import functions  # noqa: PLC0415 - few questions call one

            found.append(getattr(functions, name))
        try:
            return found[0](*values)
        except (OverflowError, ValueError):
            return None

    return answer


def _aggregate(name: str) -> Callable[[], Any]:
    """What makes one aggregate of that class, imported when a report first needs it."""

    def make() -> Any:  # noqa: ANN401 - one of several classes
        from crmcli.query import grouped  # noqa: PLC0415 - only reports

        return getattr(grouped, name)()

    return make


def open_read_only(path: Path) -> sqlite3.Connection:
    """Open the index so that no statement can change it."""
    connection = sqlite3.connect(f"file:{_uri(path)}?mode=ro", uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    connection.execute("PRAGMA query_only = 1")
    _add_functions(connection)
    return connection


def index_places(root: Path, state: Path) -> Iterator[Path | None]:
    """Where the index of a book may be kept on this machine, best first; the last is memory (None)."""
    if _writable(state):
        yield state / "index.db"
    home = _cache_home()
    if home is not None:
        from hashlib import blake2b  # noqa: PLC0415 - only for read-only books

        name = blake2b(str(root.resolve()).encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
        yield home / f"{name}.db"
    yield None


def _cache_home() -> Path | None:
    from platformdirs import user_cache_path  # noqa: PLC0415 - only for read-only books

    home = user_cache_path("crm") / "index"
    return home if _writable(home) else None


def _writable(folder: Path) -> bool:
    try:
        disk.make_folder(folder)
    except OSError:
        return False
    return disk.may_write(folder) and all(
        disk.may_write(file) for name in _COMPANIONS if (file := folder / f"index.db{name}").exists()
    )


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another process holds the database."""
    return _primary(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_no_place(error: sqlite3.Error) -> bool:
    """Whether nothing can be written where the index is: read-only, full, an I/O error."""
    return _primary(error) in _NO_PLACE


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file is no index any more: bytes broken, tables gone."""
    return _primary(error) in _DAMAGE


def is_unreadable(error: sqlite3.Error) -> bool:
    """Whether a question failed for what lies on the disk; what an error in its words, or a wish to write, is not."""
    return _primary(error) in _UNREADABLE


def insist_unreadable(error: sqlite3.DatabaseError) -> None:
    """Raise an error again unless it is of what lies on the disk; `QuestionTooDeepError` (exit 2) where it is of the words."""
    if is_unreadable(error):
        return
    if any(said in str(error) for said in _TOO_DEEP):
        raise QuestionTooDeepError from error
    raise error


def _primary(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


@contextmanager
def folder_lock(
    path: Path | None, *, exclusive: bool = False, waits: Callable[[], object] | None = None
) -> Iterator[None]:
    """Hold the lock on an index file's folder; nothing in memory, and on Windows, where open files stay, needs one.

    `waits` is called again and again while another process holds it, which may be for as long as it builds the index; what
    it raises ends the wait.
    """
    if path is None or os.name == "nt":
        yield
        return
    import fcntl  # noqa: PLC0415

    fd = os.open(path.parent, os.O_RDONLY)
    try:
        how = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
        while waits is not None and _is_held(fd, how):
            waits()
            time.sleep(_ASK_SECONDS)
        with suppress(OSError):  # a file system without locks: one person's
            fcntl.flock(fd, how)
        yield
    finally:
        os.close(fd)


def _is_held(fd: int, how: int) -> bool:
    """Try to lock; whether another process is in the way."""
    import fcntl  # noqa: PLC0415

    try:
        fcntl.flock(fd, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def discard(path: Path) -> None:
    """Remove an index file and then what SQLite keeps beside it, durably: an old log must not come back beside a new index."""
    for suffixes in (_COMPANIONS[:1], _COMPANIONS[1:]):
        present = [file for suffix in suffixes if (file := path.with_name(path.name + suffix)).exists()]
        for file in present:
            disk.remove(file)
        if present:
            disk.sync_folder(path.parent)


def _uri(path: Path) -> str:
    from urllib.parse import quote  # noqa: PLC0415

    return quote(str(path))


def _regexp(pattern: object, text: object) -> bool:
    from crmcli.text.patterns import PatternRefusedError, matcher  # noqa: PLC0415 - only questions with a regular expression

    if text is None or not isinstance(pattern, str):
        return False
    try:
        return matcher(pattern).search(str(text))
    except PatternRefusedError:  # it stood in a record: what was typed has been looked at before
        return False
