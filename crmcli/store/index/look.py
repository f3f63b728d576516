"""The walk that every command makes: what is found against what the index knows."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from crmcli.light import NamedTuple
from crmcli.store.index.scan import Folder, settled_before, walk
from crmcli.store.layout import JOURNAL

Pulse = tuple[int, ...]
"""When each folder of the book last got, lost or replaced a file (nanoseconds)."""


class Look(NamedTuple):
    """Folders to compare file by file, folders that are gone; `journal` has the digests of the journal's, seen before all else."""

    suspicious: list[Folder]
    gone: list[str]
    journal: dict[str, str] = {}  # noqa: RUF012 - a NamedTuple's default, never written to


def look(connection: sqlite3.Connection, root: Path, tops: Iterable[str]) -> Look:
    """Walk the book's folders `tops`, the journal first; no write, no file read."""
    known = {row[0]: (row[1], row[3]) for row in connection.execute("SELECT * FROM folders")}
    wanted = tuple(tops)
    suspicious = []
    journal: dict[str, str] = {}
    for top in wanted:
        for folder in walk(root, top):
            if top == JOURNAL:
                journal[folder.path] = folder.digest
            stored = known.pop(folder.path, None)
            if stored is None or stored[0] != folder.digest or not settled_before(folder.newest, stored[1]):
                suspicious.append(folder)
    return Look(suspicious, [path for path in known if path.partition("/")[0] in wanted], journal)


def pulse(connection: sqlite3.Connection, root: Path) -> Pulse:
    """A stat of each known folder and of the book's own; no folder is read, and a file written in place does not show."""
    known = [str(row[0]) for row in connection.execute("SELECT path FROM folders ORDER BY path")]
    return tuple(_changed(f"{root}/{name}") for name in ("", "rates.tsv", *known))


def _changed(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns  # noqa: PTH116 - asked twice a second for every folder
    except OSError:
        return -1


def journal_digests(root: Path) -> dict[str, str]:
    """The digests of the journal's folders: they change whenever anybody commits an op."""
    return {folder.path: folder.digest for folder in walk(root, JOURNAL)}


def look_again(root: Path, found: Look) -> Look:
    """The same folders as they are now: between a look and the right to write others may have written both."""
    there = [folder for folder in found.suspicious if _is_folder(root / folder.path)]
    missing = {folder.path for folder in found.suspicious}.difference(folder.path for folder in there)
    gone = [path for path in found.gone if not _is_folder(root / path)]
    return Look(there, [*gone, *sorted(missing)], found.journal)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def rates_mark(root: Path) -> str:
    """What changes whenever `rates.tsv` does: amounts in the index are worth what it says."""
    try:
        found = (root / "rates.tsv").stat()
    except OSError:
        return "-"
    return f"{found.st_size}-{found.st_mtime_ns}"
