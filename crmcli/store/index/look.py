"""The walk that every command makes: what is found against what the index knows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from crmcli.store.index.scan import Folder, settled_before, walk


class Look(NamedTuple):
    """Folders to compare file by file, folders that are gone."""

    suspicious: list[Folder]
    gone: list[str]


def look(connection: sqlite3.Connection, root: Path, tops: Iterable[str]) -> Look:
    """Walk the book; no write, no file read."""
    known = {row[0]: (row[1], row[3]) for row in connection.execute("SELECT * FROM folders")}
    suspicious = []
    for top in tops:
        for folder in walk(root, top):
            stored = known.pop(folder.path, None)
            if stored is None or stored[0] != folder.digest or not settled_before(folder.newest, stored[1]):
                suspicious.append(folder)
    return Look(suspicious, list(known))
