"""A SQLite file for analysts: the index's stable views as they stand, each a table of the same name.

So a question written for `crm sql` runs on it unchanged, and it stays as it is while the book goes on.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmcli.store.book import Book

_ROWS = 5_000
"""Rows in memory at a time."""


def write_views(book: Book, path: Path, *, private: bool = False) -> list[str]:
    """Write the file anew and return its tables; fields that are `private` are left out unless asked for."""
    index = book.index
    names = [str(row[0]) for row in index.rows("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name")]
    target = sqlite3.connect(path, isolation_level=None)
    try:
        target.execute("PRAGMA synchronous = OFF")
        target.execute("BEGIN")
        for name in names:
            _copy(book, target, name, frozenset() if private else _private(book, name))
        target.execute("COMMIT")
    finally:
        target.close()
    return names


def _copy(book: Book, target: sqlite3.Connection, name: str, left_out: frozenset[str]) -> None:
    cursor = book.index.connection.execute(f"SELECT * FROM {_quoted(name)}")
    places = [place for place, column in enumerate(cursor.description) if not _belongs(str(column[0]), left_out)]
    columns = [str(cursor.description[place][0]) for place in places]
    target.execute(f"CREATE TABLE {_quoted(name)} ({', '.join(_quoted(column) for column in columns)})")
    fill = f"INSERT INTO {_quoted(name)} VALUES ({', '.join('?' * len(columns))})"
    while rows := cursor.fetchmany(_ROWS):
        target.executemany(fill, ([row[place] for place in places] for row in rows))
    if columns[0] == "id":
        target.execute(f'CREATE INDEX {_quoted(f"ix_{name}")} ON {_quoted(name)} ("id")')


def _private(book: Book, view: str) -> frozenset[str]:
    found = next((t for t in book.setup.types.values() if f"{t.plural}_view" == view), None)
    return frozenset(field.name for field in found.fields.values() if field.private) if found else frozenset()


def _belongs(column: str, fields: frozenset[str]) -> bool:
    """Whether a column is of one of these fields: `salary`, `salary_currency`, `salary_book_minor`."""
    ends = ("", "_minor", "_currency", "_book", "_book_minor", "_start", "_end", "_local", "_written")
    return any(column == f"{field}{end}" for field in fields for end in ends)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
