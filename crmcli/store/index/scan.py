"""Freshness: which files changed since the index last looked, at the price of a walk (STORE §4 rule 20).

Per folder one digest over names and hints (size, mtime, ctime, inode) decides; only a folder whose digest differs, or
in which something was written within the file system's own clock tick of the last look, is compared file by file.
"""

from __future__ import annotations

import marshal
import os
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from crmcli.light import NamedTuple
from crmcli.store.disk import NotPlainError, kind_of
from crmcli.store.layout import JOURNAL, SEGMENT
from crmcli.store.pending import hasher

PLAINLY = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_CHUNK = 1 << 20
_FINE_NS, _COARSE_NS = 50_000_000, 2_000_000_000

_KIND, _PLAIN = 0o170000, 0o100000
NOT_PLAIN = -1
"""The size in the hint of a link, pipe, socket or device, or of a folder that has a file's name; its mtime is then its mode."""

NOT_TEXT = -2
"""The size in the hint of anything whose name is not UTF-8: it has no place in the index, and nobody goes into it."""

WIDTH = 5
"""What is noted of a file, one after another: name, size, mtime, ctime, inode."""

_AT_ONCE = 8_192
"""Files of a folder that are in memory at once while they are only looked at."""

_COUNT = 5
"""Bytes before the items of a marshalled list: what it is, and how many."""
Hint = tuple[str, int, int, int, int]
"""Name, size, mtime (ns), ctime (ns), inode: what tells of a change without reading the file."""


def in_journal(path: str) -> bool:
    """Whether a folder or file belongs to the journal."""
    return path == JOURNAL or path.startswith(f"{JOURNAL}/")


def weight(hint: Hint) -> int:
    """How many files one counts as while progress is told: a record is one, a segment one for each kilobyte."""
    return 1 + max(0, hint[1]) // 1000 if hint[0].endswith(SEGMENT) else 1


def settled_before(changed: int, looked: int) -> bool:
    """Whether a change lies so far before the last look that no later one could hide behind the same hint.

    File systems with whole seconds or coarser need 2 s (FAT), the others 50 ms.
    """
    return changed <= looked - (_FINE_NS if changed % 1_000_000 else _COARSE_NS)


class Folder(NamedTuple):
    """A folder as found: its path relative to the book, the digest of its listing, the newest ctime, how many files there are."""

    path: str
    digest: str
    newest: int
    files: int


def walk(root: Path, top: str) -> Iterator[Folder]:
    """Every folder at and below `top`; names that begin with a dot are not looked at.

    Symlinked folders are listed as files, and so are, beside what is in them, folders with the name of a record or segment.
    """
    waiting = [top]
    while waiting:
        found = scan_folder(root, waiting.pop(), None)
        if found is not None:
            waiting += found[1]
            yield found[0]


def scan_folder(
    root: Path, path: str, keep: Callable[[list[str | int]], None] | None
) -> tuple[Folder, list[str]] | None:
    """One folder and the paths of those in it; None when it is not there. `keep` gets what is found, thousands of files at once."""
    inside: list[str] = []
    newest = files = 0
    state = hasher()
    try:
        entries = os.scandir(root / path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    with entries:
        while some := list(islice(entries, _AT_ONCE)):
            flat: list[str | int] = []  # no tuple per file: the collector would walk them all
            newest = max(newest, _look_at(some, path, flat, inside))
            # Version 2 of marshal writes equal values as equal bytes (later ones depend on reference counts); without how
            # many there are, it does not matter where one piece ends.
            state.update(memoryview(marshal.dumps(flat, 2))[_COUNT:])
            files += len(flat) // WIDTH
            if keep:
                keep(flat)
    return Folder(path, state.hexdigest(), newest, files), inside


def _look_at(entries: Iterable[os.DirEntry[str]], path: str, flat: list[str | int], inside: list[str]) -> int:
    """Note what is found of each file in `flat`, and the folders `inside`; return the newest ctime."""
    note = flat.extend
    newest = 0
    suffix = SEGMENT if in_journal(path) else ".md"
    for entry in entries:
        name = entry.name
        if name[0] == ".":
            continue
        if not name.isascii() and (shown := shown_name(name)) != name:
            note((shown, NOT_TEXT, 0, 0, entry.inode()))
            continue
        if entry.is_dir(follow_symlinks=False):
            inside.append(f"{path}/{name}")
            if name.endswith(suffix):
                found = entry.stat(follow_symlinks=False)
                note((name, NOT_PLAIN, found.st_mode, 0, found.st_ino))
            continue
        try:
            found = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue  # gone since it was listed
        if found.st_mode & _KIND != _PLAIN:
            note((name, NOT_PLAIN, found.st_mode, 0, found.st_ino))
            continue
        changed = found.st_ctime_ns
        if changed > newest:  # noqa: PLR1730 - max() costs a call for every file
            newest = changed
        note((name, found.st_size, found.st_mtime_ns, changed, found.st_ino))
    return newest


def shown_name(name: str) -> str:
    """A name as text; bytes that are none stand as their numbers behind a backslash."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def read_file(path: str, size: int, most: int) -> bytes:
    """The bytes of a file that had `size` when it was listed, the first `most` of them; a fraction of the cost of a file object."""
    fd = os.open(path, os.O_RDONLY | PLAINLY)  # a plain file when it was listed; nothing else keeps us waiting
    try:
        content = os.read(fd, min(size + 1, most))
        if len(content) in (size, most):
            return content
        parts = [content]
        length = len(content)
        while length < most and (content := os.read(fd, _CHUNK)):
            parts.append(content)
            length += len(content)
        return b"".join(parts)
    finally:
        os.close(fd)


def read_plain(path: str, shown: str, most: int) -> bytes:
    """The first `most` bytes of a file that nobody listed just now; raises `NotPlainError` for a link, a pipe, a folder."""
    found = os.lstat(path)
    if found.st_mode & _KIND != _PLAIN:
        raise NotPlainError(shown, kind_of(found.st_mode))
    return read_file(path, 0, most)
