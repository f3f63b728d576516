"""What a person can do when the system refuses to read or write."""

from __future__ import annotations

import errno

_REMEDIES = {
    errno.ENOSPC: "make room on that disk",
    errno.EROFS: "it is on a read-only file system: make that writable, or work on a copy elsewhere",
    errno.EIO: "the disk itself failed: look into the system's log, and copy the book to another disk",
    errno.EFBIG: "no file may be that large here (`ulimit -f`, or the file system): raise that",
    errno.EACCES: "give yourself the right to read and write it",
    errno.EPERM: "give yourself the right to read and write it",
    getattr(errno, "EDQUOT", -1): "your quota on that disk is used up: make room, or have it raised",
}


def remedy(error: OSError) -> str:
    """One sentence without its full stop; "" where nothing can be said."""
    return _REMEDIES.get(error.errno or 0, "")


def system_sentence(error: OSError) -> str:
    """What the system says is wrong, in a sentence."""
    reason = (error.strerror or str(error) or type(error).__name__).lower()
    return f"{error.filename}: {reason}" if error.filename else reason
