"""What is told of a file that lies there and cannot be read."""

from __future__ import annotations

from crmcli.model.problem import Problem
from crmcli.store import disk


def unreadable_problem(path: str, error: OSError) -> Problem:
    """The problem of one file: it is none, or this person may not read it."""
    if isinstance(error, disk.NotPlainError):
        remedy = "put the file itself there; crm neither follows nor opens anything else"
        return Problem("not-a-file", path, 0, f"{error.strerror}", remedy)
    return Problem("unreadable", path, 0, f"cannot be read: {error.strerror}", "give yourself the right to read it")
