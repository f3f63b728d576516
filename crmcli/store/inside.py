"""Nothing is written outside the book: what a path may look like, and that no link on its way leads out.

The text of a path is never trusted: it may come from a file of `.crm` that somebody else made, and folders of a clone may be
links. Whoever holds a link open against a running command is beyond this; a book is attacked by what is in it.
"""

from __future__ import annotations

import os
from pathlib import Path

from crmcli.errors import BadDataError
from crmcli.store.layout import STATE


class LinkInBookError(BadDataError):
    """A folder or file of the book is a symbolic link, which may lead anywhere."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path} is a symbolic link: crm neither reads nor writes through it",
            hint="put the folder or file itself there; if you did not make the link, look where the book came from",
        )


class PathOutsideError(BadDataError):
    """A path that does not stay in the book."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path!r} is no path of a book",
            hint="nothing was written; `crm reindex` makes the index anew, which may have it wrong",
        )


def is_inner(path: str) -> bool:
    """Whether a text is a plain relative path below the book, no part of it hidden: `customers/emea/acme-7k3f9.md`."""
    try:
        os.fsencode(path)
    except UnicodeEncodeError:  # half a character
        return False
    return (
        bool(path)
        and "\\" not in path
        and "\0" not in path
        and all(part and not part.startswith(".") for part in path.split("/"))
    )


def is_name(name: object) -> bool:
    """Whether something is a text that names one thing in a folder, and nothing out of it."""
    return isinstance(name, str) and is_inner(name) and "/" not in name


def _is_plain(name: str) -> bool:
    """Whether a name without slashes is surely one that `is_inner` takes."""
    return name.isascii() and name[:1].isalnum() and "\\" not in name and "\0" not in name


def insist_inner(path: str) -> None:
    """Raise `PathOutsideError` (exit 6) for a text that is no plain path of the book."""
    if not is_inner(path):
        raise PathOutsideError(path)


class Inside:
    """Asks of many paths whether their folders lie in the book, of each folder once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: set[str] = {""}

    def insist(self, path: str) -> None:
        """Raise `PathOutsideError` or `LinkInBookError` (exit 6) unless the path stays in the book; the last name may be a link.

        (What is written is renamed or linked into its place, which follows no link.)
        """
        folder, _, name = path.rpartition("/")
        if folder not in self._known or not _is_plain(name):
            insist_inner(path)
            self._folders(folder)

    def _folders(self, folder: str) -> None:
        if folder not in self._known:
            self._folders(folder.rpartition("/")[0])
            insist_no_link(self._root, folder)
            self._known.add(folder)


def insist_no_link(root: Path, path: str) -> None:
    """Raise `LinkInBookError` when this very name is a link."""
    if os.path.islink(f"{root}/{path}"):  # noqa: PTH114 - every command asks it for every folder of records
        raise LinkInBookError(path)


def insist_own_state(root: Path) -> None:
    """Raise `LinkInBookError` when `.crm`, a name in it or in a folder of it is a link: crm makes none."""
    state = f"{root}/{STATE}"
    insist_no_link(root, STATE)
    for folder in _folders_without_links(state, STATE):
        _folders_without_links(f"{state}/{folder}", f"{STATE}/{folder}")


def _folders_without_links(folder: str, shown: str) -> list[str]:
    found = []
    try:
        entries = os.scandir(folder)
    except OSError:
        return []  # not there, or not readable: whoever needs it says so
    with entries:
        for entry in entries:
            if entry.is_symlink():
                raise LinkInBookError(f"{shown}/{entry.name}")
            if entry.is_dir():
                found.append(entry.name)
    return found
