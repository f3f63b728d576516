"""Building the whole index from the files, into an empty database."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from crmcli.model.schema import Setup
from crmcli.store import disk
from crmcli.store.index.counting import count
from crmcli.store.index.load import Loader
from crmcli.store.index.look import journal_digests
from crmcli.store.index.rates import Rates
from crmcli.store.index.refresh import Progress, Refresh
from crmcli.store.index.rowmake import RowMaker
from crmcli.store.index.tables import create_indexes, create_tables
from crmcli.store.index.unplaced import waiting_ops

_ALONE = ("journal_mode = OFF", "synchronous = NORMAL", "cache_size = -32768", "locking_mode = EXCLUSIVE")
_AMONG_OTHERS = (
    "locking_mode = NORMAL", "journal_mode = WAL", "synchronous = NORMAL", "cache_size = -8192", "temp_store = MEMORY",
)  # fmt: skip


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
    path: Path | None,
    root: Path,
    state: Path,
    setup: Setup,
    tops: Sequence[str],
    makers: Mapping[str, RowMaker],
    followed: dict[tuple[str, str], str],
    rates: Rates,
    mark: str,
    progress: Progress | None,
    *,
    sorts_in_memory: bool,
) -> bool:
    """Fill an empty database and mark it as done; return whether nobody wrote meanwhile: else a look is to follow.

    Files of ops that wait go in as their op will leave them.

    Without a journal of its own: a build that is cut off leaves no mark and is begun anew. The mark comes last, after
    everything else is in the file and durable (the one sync is the commit's), so that no power failure leaves a mark on half an index.

    B-trees are sorted in pieces of the cache's size, the rest of which waits in temporary files unless it `sorts_in_memory`.
    """
    clock = disk.clock(path.parent) if path else 0
    before = journal_digests(root)
    waiting = waiting_ops(root, state)  # before the files: an op that is over by then has put all of them in place
    kept = "MEMORY" if sorts_in_memory else "FILE"
    for pragma in (*_ALONE, f"temp_store = {kept}"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN EXCLUSIVE")
    create_tables(connection, setup)
    loader = Loader(connection, root, makers, followed, fresh=True)
    loader.add_problems(rates.problems)
    refresh = Refresh(connection, loader, root, waiting.limits, waiting.unplaced)
    with no_cycles():
        refresh.fill(count(root, tops), clock, progress)
        create_indexes(connection, setup)
        refresh.finish(fresh=True)
    connection.execute("COMMIT")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('mark', ?)", (mark,))
    for pragma in _AMONG_OTHERS:
        connection.execute(f"PRAGMA {pragma}")
    connection.row_factory = sqlite3.Row
    return journal_digests(root) == before
