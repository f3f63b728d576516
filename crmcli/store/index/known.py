"""What the index noted of files, to be held against what lies there now."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

_COLUMNS = "path, size, mtime, ctime, inode, hash, broken"
_ONE = f"SELECT {_COLUMNS} FROM files WHERE path = ?"
_SOME = f"SELECT {_COLUMNS} FROM files WHERE path > ? AND path < ? AND +folder = ? ORDER BY path LIMIT ?"
_AT_ONCE = 4_096
"""Files of a folder that are in memory at once: it may have hundreds of thousands."""


class Known(NamedTuple):
    """A file as the index knows it: the hint it had, its hash, whether it could not be understood."""

    hint: tuple[int, int, int, int]
    hash: str
    broken: int


def known_file(connection: sqlite3.Connection, path: str) -> Known | None:
    """What is known of one file."""
    row = connection.execute(_ONE, (path,)).fetchone()
    return _known(row) if row else None


class KnownFiles:
    """What is known of a folder's files, taken in the order of their paths; what is not taken is `left`.

    Read some thousand rows at a time, each time from the last path on, so that what is written meanwhile of files before it
    does no harm.
    """

    def __init__(self, connection: sqlite3.Connection, folder: str) -> None:
        self._base = connection
        self._folder = folder
        self._rows = self._read()
        self._next = next(self._rows, None)
        self._passed: list[str] = []

    def take(self, path: str) -> Known | None:
        """What is known of a file that comes after all that were taken before."""
        row = self._next
        while row is not None and row[0] < path:
            self._passed.append(row[0])
            row = next(self._rows, None)
        self._next = row
        if row is None or row[0] != path:
            return None
        self._next = next(self._rows, None)
        return _known(row)

    def left(self) -> list[str]:
        """The paths of which nothing was taken; to be asked last."""
        if self._next is not None:
            self._passed.append(self._next[0])
            self._passed += [row[0] for row in self._rows]
            self._next = None
        return self._passed

    def _read(self) -> Iterator[sqlite3.Row]:
        last = f"{self._folder}/"
        while rows := self._base.execute(_SOME, (last, f"{self._folder}0", self._folder, _AT_ONCE)).fetchall():
            yield from rows
            last = rows[-1][0]


def _known(row: sqlite3.Row) -> Known:
    _, size, mtime, ctime, inode, content, broken = row
    return Known((size, mtime, ctime, inode), content, broken)
