"""What is told of a file that lies there and cannot be read."""

from __future__ import annotations

import errno

from crmcli.model.problem import Problem
from crmcli.store import disk
from crmcli.store.index.scan import NOT_TEXT, Hint


class NameNotTextError(OSError):
    """A name of bytes that are no UTF-8, as archives from elsewhere bring them."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.EILSEQ, "its name is not UTF-8", path)


def refuse(path: str, hint: Hint) -> None:
    """Raise what the listing knows already: `NameNotTextError`, or `NotPlainError` for what is no plain file."""
    if hint[1] == NOT_TEXT:
        raise NameNotTextError(path)
    raise disk.NotPlainError(path, disk.kind_of(hint[2]))


def unreadable_problem(path: str, error: OSError) -> Problem:
    """The problem of one file: it is none, or this person may not read it."""
    if isinstance(error, disk.NotPlainError):
        remedy = "put the file itself there; crm neither follows nor opens anything else"
        return Problem("not-a-file", path, 0, f"{error.strerror}", remedy)
    if isinstance(error, NameNotTextError):
        why = "its name is not UTF-8, so it is not read, nor is what it holds"
        return Problem("bad-file-name", path, 0, why, "rename it")
    return Problem("unreadable", path, 0, f"cannot be read: {error.strerror}", "give yourself the right to read it")
