"""Questions people ask the index themselves: one statement that reads, on a connection that cannot write."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from crmcli.errors import UsageError
from crmcli.store.index.connection import is_unreadable, open_read_only
from crmcli.store.index.index import Index

_ALLOWED = frozenset([sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE])
_LONGEST = 100_000_000
"""Bytes of one value an answer may have."""

_LOOKS = frozenset(["table_info", "table_xinfo", "table_list", "index_list", "index_info"])


class SqlRefusedError(UsageError):
    """A statement that SQLite does not understand, or that would do more than read."""

    def __init__(self, why: str) -> None:
        hint = "`crm sql \"SELECT name FROM sqlite_schema WHERE type = 'view'\"` lists what can be asked"
        if "not authorized" in why or "readonly" in why:
            why, hint = (
                "this statement does more than read",
                "the index is made from the files; change records with crm",
            )
        super().__init__(f"sql: {why}", hint=hint)


class Answer(NamedTuple):
    """Column names and rows."""

    names: list[str]
    rows: list[tuple[str | int | float | None, ...]]


def ask(index: Index, text: str) -> Answer:
    """Run one reading statement on a fresh index; on one made anew where this one cannot be read."""
    index.refresh()
    while True:
        try:
            return _ask(index, text)
        except (sqlite3.Error, sqlite3.Warning) as error:
            if index.path is None or not isinstance(error, sqlite3.DatabaseError) or not is_unreadable(error):
                raise SqlRefusedError(str(error)) from None
            index.make_anew(error)


def _ask(index: Index, text: str) -> Answer:
    connection = open_read_only(index.path) if index.path else index.connection
    try:
        for function in ("json_each", "json_tree"):  # declaring themselves looks like making a table to the authorizer
            connection.execute(f"SELECT 1 FROM {function}('[]')")
        connection.set_authorizer(_authorize)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        connection.set_progress_handler(lambda: 0, 100_000)  # lets Ctrl-C end a question that has no end
        cursor = connection.execute(text)
        rows = [tuple(row) for row in cursor.fetchall()]
    finally:
        connection.set_authorizer(None)
        connection.set_progress_handler(None, 0)
        if index.path:
            connection.close()
    return Answer([column[0] for column in cursor.description or ()], rows)


def _authorize(action: int, first: str | None, second: str | None, _base: str | None, _by: str | None) -> int:
    if action in _ALLOWED or (action == sqlite3.SQLITE_PRAGMA and first in _LOOKS):
        return sqlite3.SQLITE_OK
    del second
    return sqlite3.SQLITE_DENY
