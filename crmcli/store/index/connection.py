"""Opening the index: in the book, else in the user's cache folder, else in memory; damaged ones are made anew."""

from __future__ import annotations

import os
import re
import sqlite3
from functools import lru_cache
from pathlib import Path

BUSY_SECONDS = 10.0
_COMPANIONS = ("", "-wal", "-shm", "-journal")


def open_connection(path: Path | None) -> sqlite3.Connection:
    """Open the index file (memory when None); transactions are begun by hand."""
    connection = sqlite3.connect(
        str(path) if path else ":memory:", timeout=BUSY_SECONDS, isolation_level=None, cached_statements=256
    )
    connection.create_function("REGEXP", 2, _regexp, deterministic=True)
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def open_read_only(path: Path) -> sqlite3.Connection:
    """Open the index so that no statement can change it."""
    connection = sqlite3.connect(f"file:{_uri(path)}?mode=ro", uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    connection.execute("PRAGMA query_only = 1")
    connection.create_function("REGEXP", 2, _regexp, deterministic=True)
    return connection


def index_path(root: Path, state: Path) -> Path | None:
    """Where the index of a book is kept on this machine."""
    if _writable(state):
        return state / "index.db"
    from hashlib import blake2b  # noqa: PLC0415 - only for read-only books

    from platformdirs import user_cache_path  # noqa: PLC0415

    home = user_cache_path("crm") / "index"
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    name = blake2b(str(root.resolve()).encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
    return home / f"{name}.db" if os.access(home, os.W_OK) else None


def _writable(state: Path) -> bool:
    if not state.is_dir():
        try:
            state.mkdir()
        except OSError:
            return False
    file = state / "index.db"
    return os.access(state, os.W_OK) and (not file.exists() or os.access(file, os.W_OK))


def discard(path: Path) -> None:
    """Remove an index file and what SQLite keeps beside it."""
    for suffix in _COMPANIONS:
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _uri(path: Path) -> str:
    from urllib.parse import quote  # noqa: PLC0415

    return quote(str(path))


@lru_cache(maxsize=16)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _regexp(pattern: str, text: object) -> bool:
    return text is not None and _compiled(pattern).search(str(text)) is not None
