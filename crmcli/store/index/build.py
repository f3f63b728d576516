"""Building the whole index from the files, into an empty database."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from crmcli.model.schema import Setup
from crmcli.store.index.load import Loader
from crmcli.store.index.look import Look
from crmcli.store.index.rates import Rates
from crmcli.store.index.refresh import Progress, Refresh
from crmcli.store.index.rowmake import RowMaker
from crmcli.store.index.tables import create_indexes, create_tables
from crmcli.store.index.unplaced import Waiting


@contextmanager
def no_cycles() -> Iterator[None]:
    """Keep the cycle collector from walking a hundred thousand rows again and again: none of them is a cycle."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def build(  # noqa: PLR0913, PLR0917 - everything an index is made from
    connection: sqlite3.Connection,
    root: Path,
    setup: Setup,
    makers: Mapping[str, RowMaker],
    followed: dict[tuple[str, str], str],
    rates: Rates,
    found: Look,
    waiting: Waiting,
    clock: int,
    mark: str,
    progress: Progress | None,
) -> None:
    """Fill an empty database and mark it as done; files of ops that are `waiting` go in as their op will leave them.

    Without a journal of its own: a build that is cut off leaves no mark and is begun anew. The mark comes last, after
    everything else is in the file and durable (the one sync is the commit's), so that no power failure leaves a mark on half an index.
    """
    for pragma in ("journal_mode = OFF", "synchronous = NORMAL", "cache_size = -65536", "locking_mode = EXCLUSIVE"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN EXCLUSIVE")
    create_tables(connection, setup)
    loader = Loader(connection, root, makers, followed, fresh=True)
    loader.add_problems(rates.problems)
    refresh = Refresh(connection, loader, root, waiting.limits, waiting.unplaced)
    with no_cycles():
        refresh.fill(found.suspicious, clock, progress)
        create_indexes(connection, setup)
        refresh.finish(fresh=True)
    connection.execute("COMMIT")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('mark', ?)", (mark,))
    for pragma in ("locking_mode = NORMAL", "journal_mode = WAL", "synchronous = NORMAL", "cache_size = -8192"):
        connection.execute(f"PRAGMA {pragma}")
