"""How much there is to be read, before a build."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from crmcli.store.index.scan import shown_name
from crmcli.store.layout import SEGMENT


class Counted(NamedTuple):
    """A folder and how much work reading all of it is, in files."""

    path: str
    weight: int


def count(root: Path, tops: Iterable[str]) -> list[Counted]:
    """Every folder at and below `tops`, with its weight, at a fraction of what a look costs."""
    found = []
    waiting = list(tops)
    while waiting:
        path = waiting.pop()
        try:
            entries = os.scandir(root / path)
        except (FileNotFoundError, NotADirectoryError):
            continue
        with entries:
            weight = 0
            for entry in entries:
                if entry.name[0] == ".":
                    continue
                weight += _weight(entry)
                if entry.is_dir(follow_symlinks=False) and shown_name(entry.name) == entry.name:
                    waiting.append(f"{path}/{entry.name}")
        found.append(Counted(path, weight))
    return found


def one_folder_each(folders: Iterable[Counted]) -> frozenset[str]:
    """The tops whose files all lie in one folder: no two of them can have one id."""
    tops = Counter(folder.path.partition("/")[0] for folder in folders)
    return frozenset(top for top, folders_of_it in tops.items() if folders_of_it == 1)


def _weight(entry: os.DirEntry[str]) -> int:
    if not entry.name.endswith(SEGMENT):
        return 1
    try:
        return 1 + entry.stat(follow_symlinks=False).st_size // 1000
    except FileNotFoundError:  # gone since it was listed
        return 1
