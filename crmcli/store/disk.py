"""The one place that writes, syncs, renames, links, appends or removes anything in a book.

Everything durable goes through these few steps, each of them one system call with a name, so that a promise about
crashes can be tested by stopping between them.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

SYNC_EACH_LIMIT = 16
"""From this many files on, one sync of the file system is cheaper than one fsync per file (27 × against 1.8 ×)."""

_PLAINLY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""What reading a file of a book adds: no link is followed out of it, and a pipe without a writer keeps nobody waiting."""

_NO_LINKS = frozenset([errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV])
_IS_LINK = frozenset([errno.ELOOP, errno.EMLINK])
"""What opening a link without following it fails with (FreeBSD says EMLINK)."""


class NotPlainError(OSError):
    """A name in the book that is no plain file: a link, a pipe, a device, a folder. Nothing of it was read."""

    def __init__(self, path: Path | str, what: str) -> None:
        super().__init__(errno.EINVAL, f"it is {what}, not a plain file", str(path))


def make_folder(path: Path) -> None:
    """Create a folder and its parents; syncing them is the caller's. Where links may lead out of the book, ask `inside` first."""
    path.mkdir(parents=True, exist_ok=True)


def make_folder_durably(path: Path, mode: int = 0o777) -> None:
    """Create a folder and the parents it lacks, and make it durable that each of them is there; free when it is."""
    lacking = [path]
    while not lacking[-1].is_dir() and lacking[-1].parent != lacking[-1]:
        lacking.append(lacking[-1].parent)
    for folder in reversed(lacking[:-1]):
        folder.mkdir(mode=mode, exist_ok=True)
        sync_folder(folder.parent)


def write_new(path: Path | str, content: bytes, *, sync: bool = True, mode: int = 0o666) -> None:
    """Write a new file, durable when `sync`; it must not exist."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), mode)
    try:
        _write_all(fd, content)
        if sync:
            os.fsync(fd)
    finally:
        os.close(fd)


def rewrite(path: Path, content: bytes, *, sync: bool = True) -> None:
    """Write over the beginning of a file that is there and long enough, durably when `sync`."""
    fd = os.open(path, os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0))
    try:
        _write_all(fd, content)
        if sync:
            _sync_data(fd)
    finally:
        os.close(fd)


def sync_file(path: Path) -> None:
    """Make what was written to a file durable."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def append(path: Path, content: bytes) -> int:
    """Append durably; return the length before. A failure leaves what it left: truncating is the caller's."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0), 0o666)
    try:
        before = os.fstat(fd).st_size
        _write_all(fd, content)
        _sync_data(fd)
    finally:
        os.close(fd)
    return before


def read_whole(path: Path, most: int = 1 << 62) -> bytes:
    """The bytes of a plain file of the book, for a third of what a file object costs; raises `NotPlainError` for anything else.

    Of one longer than `most` the first `most` bytes.
    """
    fd = open_plain(path)
    try:
        content = os.read(fd, min(os.fstat(fd).st_size + 1, most))
        parts = [content]
        while parts[-1] and most > len(content):
            parts.append(os.read(fd, 1 << 20))
        return b"".join(parts)
    finally:
        os.close(fd)


def read_part(path: Path, start: int, most: int) -> bytes:
    """At most so many bytes of a plain file from `start` on; none where it is shorter."""
    with os.fdopen(open_plain(path), "rb") as file:
        length = min(most, os.fstat(file.fileno()).st_size - start)
        if length <= 0:
            return b""
        file.seek(start)
        return file.read(length)


def open_plain(path: Path | str) -> int:
    """Open a file of the book for reading, whatever its name leads to: links, pipes, devices and folders raise `NotPlainError`."""
    try:
        fd = os.open(path, os.O_RDONLY | _PLAINLY)
    except OSError as error:
        if error.errno in _IS_LINK and os.path.islink(path):  # noqa: PTH114 - a path or a text
            raise NotPlainError(path, "a symbolic link") from None
        if error.errno == errno.ENXIO:
            raise NotPlainError(path, "a socket") from None
        raise
    mode = os.fstat(fd).st_mode
    if not stat.S_ISREG(mode):
        os.close(fd)
        raise NotPlainError(path, kind_of(mode))
    return fd


def kind_of(mode: int) -> str:
    """What a name is that is no plain file, for people."""
    kinds = {
        stat.S_IFLNK: "a symbolic link",
        stat.S_IFIFO: "a pipe",
        stat.S_IFSOCK: "a socket",
        stat.S_IFDIR: "a folder",
    }
    return kinds.get(stat.S_IFMT(mode), "a device")


def end_of(path: Path) -> tuple[int, bytes]:
    """The length of a file, and its last byte ("" of an empty one)."""
    fd = open_plain(path)
    try:
        length = os.fstat(fd).st_size
        os.lseek(fd, max(length - 1, 0), os.SEEK_SET)
        return length, os.read(fd, 1)
    finally:
        os.close(fd)


def truncate(path: Path, length: int) -> None:
    """Cut a file back to `length` bytes, durably."""
    fd = os.open(path, os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0))
    try:
        os.ftruncate(fd, length)
        os.fsync(fd)
    finally:
        os.close(fd)


def replace(source: Path, target: Path) -> None:
    """Rename over `target`, atomically."""
    source.replace(target)


def link(target: Path | str, name: Path | str) -> bool:
    """Give the file at `target` a second name; False where the file system has no hard links.

    A `name` that is taken and a `target` that is gone raise `FileExistsError` and `FileNotFoundError`.
    """
    try:
        os.link(target, name)
    except OSError as error:
        if error.errno in _NO_LINKS:
            return False
        raise
    return True


def remove(path: Path) -> None:
    """Remove a file if it is there."""
    path.unlink(missing_ok=True)


def remove_folder(path: Path) -> None:
    """Remove a folder and the plain files in it (one level deep, as pending folders are)."""
    if not path.is_dir():
        return
    for entry in os.scandir(path):
        try:
            os.unlink(entry.path)  # noqa: PTH108 - of a large import there are many
        except FileNotFoundError:  # gone already
            continue
    path.rmdir()


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable (POSIX; Windows has no such call)."""
    if os.name == "nt":
        return
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def sync_all() -> None:
    """Make everything written so far durable, at once."""
    if hasattr(os, "sync"):
        os.sync()


def may_write(path: Path) -> bool:
    """Whether this process has the right to write to a file or a folder."""
    return os.access(path, os.W_OK)


def clock(folder: Path) -> int:
    """The file system's own idea of now (ns): the ctime of a new entry in a folder, 0 where nothing can be written."""
    probe = folder / f".clock-{os.getpid()}"
    try:
        fd = os.open(probe, os.O_CREAT | os.O_WRONLY, 0o600)
        try:
            return os.fstat(fd).st_ctime_ns
        finally:
            os.close(fd)
            probe.unlink(missing_ok=True)
    except OSError:
        return 0


def write_atomic(path: Path, content: bytes, *, sync: bool = True, mode: int = 0o666) -> None:
    """Make or replace a small file of this machine: a neighbour is written, synced and renamed over it."""
    neighbour = path.with_name(f".{path.name}.{os.getpid()}")
    remove(neighbour)
    write_new(neighbour, content, sync=sync, mode=mode)
    replace(neighbour, path)


def write_by_way_of(home: Path, path: Path, content: bytes) -> None:
    """Write or replace a file of the book durably, its folder too; the neighbour lies in `home`, which recovery clears.

    So that a process that is killed leaves no half of it among what people and git look at.
    """
    make_folder(home)
    make_folder_durably(path.parent)
    staged = home / f".{path.name}.{os.getpid()}"
    remove(staged)
    write_new(staged, content)
    replace(staged, path)
    sync_folder(path.parent)


def _sync_data(fd: int) -> None:
    """Make a file's bytes durable, and its length; its times may wait."""
    if hasattr(os, "fdatasync"):
        os.fdatasync(fd)
    else:
        os.fsync(fd)


def _write_all(fd: int, content: bytes) -> None:
    done = os.write(fd, content) if content else 0
    while done < len(content):
        done += os.write(fd, memoryview(content)[done:])
