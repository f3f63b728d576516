"""A private copy of an index, which goes away with the process that made it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from crmcli.store import disk
from crmcli.store.index.connection import discard, is_no_place, open_connection

IN_MEMORY = 64 * 1024 * 1024
"""Bytes up to which a copy is made in memory; larger ones go to a file."""

_PREFIX = "past-"
_SUFFIX = ".db"


def copy_of(source: sqlite3.Connection, state: Path) -> sqlite3.Connection:
    """Copy a database: in memory when it is small, else in `state`, else among temporary files, else in memory after all.

    A file has no name left once it is open (on Windows, which forbids that, it goes when a later copy is made).
    """
    pages, size = (source.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    for path in _places(state) if pages * size > IN_MEMORY else ():
        try:
            return _into_file(source, path)
        except sqlite3.Error as error:
            discard(path)
            if not is_no_place(error):
                raise
    target = open_connection(None)
    source.backup(target)
    target.row_factory = sqlite3.Row
    return target


def _into_file(source: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    target = open_connection(path)
    try:
        for pragma in ("locking_mode = EXCLUSIVE", "synchronous = OFF", "journal_mode = MEMORY"):
            target.execute(f"PRAGMA {pragma}")
        source.backup(target)
        for mode in ("DELETE", "MEMORY"):  # the copied header says WAL, which would need a file beside it
            target.execute(f"PRAGMA journal_mode = {mode}").fetchone()
        target.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        target.close()
        raise
    target.row_factory = sqlite3.Row
    if os.name != "nt":
        discard(path)
    return target


def _places(state: Path) -> Iterator[Path]:
    """Names nobody has, where a file may be made."""
    for leftover in state.glob(f"{_PREFIX}*{_SUFFIX}") if os.name == "nt" else ():
        with suppress(OSError):  # still open in another process
            disk.remove(leftover)
    import tempfile  # noqa: PLC0415 - only for books whose index is large

    for folder in (state, Path(tempfile.gettempdir())):
        with suppress(OSError):
            handle, name = tempfile.mkstemp(_SUFFIX, _PREFIX, folder)
            os.close(handle)
            yield Path(name)
