"""The index as an op that is only planned would leave it: tried, asked, and rolled back (docs/questions.md)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.record import Fields, Record, Ref

if TYPE_CHECKING:
    import sqlite3

    from crmcli.model.event import Event
    from crmcli.store.index.index import Index
    from crmcli.store.index.load import Loader

_NO_SEGMENT = 0
"""The number planned events stand under: segments are counted from 1."""


class PlannedRow(NamedTuple):
    """A record of a plan: its file, and what it will hold (None: it goes away). `was` is the id it had, "" for its own."""

    ref: Ref
    path: str
    after: Fields | None
    was: str = ""
    left: str = ""  # the file it had, when that moves


@contextmanager
def planned_state(
    index: Index, rows: Sequence[PlannedRow], events: Sequence[Event] = (), old: Collection[str] = ()
) -> Iterator[Loader]:
    """Let the index answer inside as if the plan were written; nothing of it stays.

    `old` are plurals for which questions inside name `old_<plural>`: a table like `rec_<plural>` with the records of the
    plan as they were. One that is being made stands there with nothing but its id.
    """
    index.rows("SELECT 1")  # a look at the files is not possible inside
    with index.trial() as loader:
        connection = index.connection
        for plural in old:
            _keep(connection, plural, [row for row in rows if row.ref.plural == plural])
        _put(loader, rows)
        if events:
            _happen(connection, loader, rows, events)
        yield loader


def _keep(connection: sqlite3.Connection, plural: str, rows: Sequence[PlannedRow]) -> None:
    """Fill `old_<plural>`."""
    table = f'temp."old_{plural}"'
    connection.execute(f'CREATE TABLE {table} AS SELECT * FROM "rec_{plural}" WHERE 0')
    connection.execute(f'CREATE UNIQUE INDEX temp."ix_old_{plural}" ON "old_{plural}" (id)')
    for row in rows:
        was = row.was or row.ref.id
        connection.execute(f'INSERT INTO {table} SELECT * FROM "rec_{plural}" WHERE id = ?', (was,))
        if was != row.ref.id:
            connection.execute(f"UPDATE {table} SET id = ? WHERE id = ?", (row.ref.id, was))
        connection.execute(f"INSERT OR IGNORE INTO {table} (id) VALUES (?)", (row.ref.id,))


def _put(loader: Loader, rows: Sequence[PlannedRow]) -> None:
    for row in rows:
        put_row(loader, row)


def put_row(loader: Loader, row: PlannedRow) -> None:
    """Let a record be as it is planned."""
    if row.left:
        loader.remove_path(row.left)
    if row.after is None:
        loader.remove_path(row.path)
    else:
        loader.put_record(Record(row.ref, row.after), row.path)


def _happen(
    connection: sqlite3.Connection, loader: Loader, rows: Sequence[PlannedRow], events: Sequence[Event]
) -> None:
    """Let the plan's events have happened, and bring what follows from them (stages entered, touches) up to date."""
    from crmcli.store.index.derive import derive  # noqa: PLC0415 - plans that are asked about only
    from crmcli.store.journal import encode_event  # noqa: PLC0415

    loader.events.put(_NO_SEGMENT, "", b"".join(map(encode_event, events)))
    loader.events.follow_names()
    loader.flush()
    connection.executemany(
        "INSERT OR IGNORE INTO files VALUES (?, ?, ?, 0, 0, 0, 0, '', 0)",
        [(row.path, row.path.rpartition("/")[0], str(row.ref)) for row in rows if row.after is not None],
    )
    derive(connection, loader)
