"""One writer at a time: a lock on the book's own folder, so that there is no lock file to forget (STORE §4 rule 15)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crmcli.errors import ConflictError

WAIT_SECONDS = 10.0
_PAUSE_SECONDS = 0.02


class LockNotHadError(ConflictError):
    """Another process has been writing for too long."""

    def __init__(self, root: Path, seconds: float) -> None:
        super().__init__(
            f"another crm command has been writing to {root} for {seconds:.0f} s",
            hint="wait for it to end, or look what holds it; nothing was changed",
        )


@contextmanager
def locked(root: Path, *, wait: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the book's write lock; never while a hook, an editor or the network works."""
    target = root / "crm.toml" if os.name == "nt" else root
    fd = os.open(target, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        _acquire(fd, root, wait)
        yield
    finally:
        os.close(fd)  # closing releases it


def _acquire(fd: int, root: Path, wait: float) -> None:
    deadline = time.monotonic() + wait
    while not _try(fd):
        if time.monotonic() >= deadline:
            raise LockNotHadError(root, wait)
        time.sleep(_PAUSE_SECONDS)


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
