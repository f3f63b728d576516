"""A SQLite file for analysts: the index's stable views as they stand, each a table of the same name.

So a question written for `crm sql` runs on it unchanged, and it stays as it is while the book goes on.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.private import has_private_title, private_in_rows, private_names, without_private

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType, Setup
    from crmcli.model.types.base import SqlValue
    from crmcli.store.book import Book

_ROWS = 5_000
"""Rows in memory at a time."""


class Hidden(NamedTuple):
    """What of a view is private: columns that are left out, and those of rows inside a record, by the field they are in."""

    columns: frozenset[str] = frozenset()
    in_rows: Mapping[str, frozenset[str]] = {}


def write_views(book: Book, path: Path, *, private: bool = False) -> list[str]:
    """Write the file anew and return its tables; what is `private` is left out unless asked for."""
    index = book.index
    names = [str(row[0]) for row in index.rows("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name")]
    hidden = {} if private else {f"{t.plural}_view": _hidden(t, book.setup) for t in book.setup.types.values()}
    target = sqlite3.connect(path, isolation_level=None)
    try:
        target.execute("PRAGMA synchronous = OFF")
        target.execute("BEGIN")
        for name in names:
            _copy(book, target, name, hidden.get(name, Hidden()))
        target.execute("COMMIT")
    finally:
        target.close()
    return names


def _copy(book: Book, target: sqlite3.Connection, name: str, hidden: Hidden) -> None:
    cursor = book.index.connection.execute(f"SELECT * FROM {_quoted(name)}")
    there = [str(column[0]) for column in cursor.description]
    places = [place for place, column in enumerate(there) if column not in hidden.columns]
    columns = [there[place] for place in places]
    inside = [(at, hidden.in_rows[column]) for at, column in enumerate(columns) if column in hidden.in_rows]
    target.execute(f"CREATE TABLE {_quoted(name)} ({', '.join(_quoted(column) for column in columns)})")
    fill = f"INSERT INTO {_quoted(name)} VALUES ({', '.join('?' * len(columns))})"
    while rows := cursor.fetchmany(_ROWS):
        target.executemany(fill, (_shown([row[place] for place in places], inside) for row in rows))
    if columns[0] == "id":
        target.execute(f'CREATE INDEX {_quoted(f"ix_{name}")} ON {_quoted(name)} ("id")')


def _shown(row: list[SqlValue], inside: Sequence[tuple[int, frozenset[str]]]) -> list[SqlValue]:
    """A row of a view without the private columns of the rows inside of it, which stand there as a list of texts."""
    for at, hidden in inside:
        if isinstance(row[at], str):
            row[at] = json.dumps(without_private(json.loads(str(row[at])), hidden), ensure_ascii=False)
    return row


def _hidden(record_type: RecordType, setup: Setup) -> Hidden:
    """What is private, and what is made of it: `salary_currency`, `address_city`, the title."""
    from crmcli.store.index.rowplan import row_plan  # noqa: PLC0415
    from crmcli.store.index.rows_in import rows_plan  # noqa: PLC0415

    names = set(private_names(record_type))
    plan = rows_plan(record_type, setup) if record_type.embedded == "true" else row_plan(record_type, setup)
    for column, _ in plan.columns:
        field, _, part = column.partition(".")
        if field in names:
            shown = f"{field}_{part}" if part else field
            names |= {shown, f"{shown}_minor"} if record_type.fields[field].type == "money" else {shown}
    names |= {"took_min"} if "took" in names else set()  # of the log
    names |= {"title"} if has_private_title(record_type) else set()
    inside = {name: private_in_rows(record_type, name, setup.types) for name in record_type.fields}
    return Hidden(frozenset(names), {name: hidden for name, hidden in inside.items() if hidden})


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
