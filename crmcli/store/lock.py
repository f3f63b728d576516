"""One writer at a time: a lock on the book's own folder, so that there is no lock file to forget (STORE §4 rule 15)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crmcli.errors import ConflictError, CrmError
from crmcli.store.layout import CONFIG

WAIT_SECONDS = 10.0
_PAUSE_SECONDS = 0.02


class LockNotHadError(ConflictError):
    """Another process has been writing for too long."""

    def __init__(self, root: Path, seconds: float) -> None:
        super().__init__(
            f"another crm command has been writing to {root} for {seconds:.0f} s",
            hint="wait for it to end, or look what holds it; nothing was changed",
        )


class LockNotPossibleError(CrmError):
    """The file system cannot lock, or the book is not there any more."""

    def __init__(self, root: Path, error: OSError) -> None:
        super().__init__(
            f"{root} cannot be locked: {error.strerror or error}",
            hint="a book must lie on a file system with locks (a local disk, not every network share)",
        )


@contextmanager
def locked(root: Path, *, wait: float = WAIT_SECONDS, file: str = CONFIG) -> Iterator[None]:
    """Hold the book's write lock; never while a hook, an editor or the network works.

    Another folder may be locked in the same way, where `file` is one that it has (Windows locks no folders).
    """
    try:
        fd = _open(root, file)
    except OSError as error:
        raise LockNotPossibleError(root, error) from error
    try:
        _acquire(fd, root, wait)
        yield
    finally:
        os.close(fd)  # closing releases it


def is_locked(root: Path) -> bool:
    """Whether somebody holds the write lock at this moment."""
    try:
        fd = _open(root)
    except OSError:
        return False
    try:
        return not _try(fd)
    except OSError:
        return False
    finally:
        os.close(fd)


def _open(root: Path, file: str = CONFIG) -> int:
    return os.open(root / file, os.O_RDWR) if os.name == "nt" else os.open(root, os.O_RDONLY)


def _acquire(fd: int, root: Path, wait: float) -> None:
    deadline = time.monotonic() + wait
    try:
        while not _try(fd):
            if time.monotonic() >= deadline:
                raise LockNotHadError(root, wait)
            time.sleep(_PAUSE_SECONDS)
    except OSError as error:
        raise LockNotPossibleError(root, error) from error


def _try(fd: int) -> bool:
    if os.name == "nt":
        import msvcrt  # noqa: PLC0415

        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True
    import fcntl  # noqa: PLC0415

    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
