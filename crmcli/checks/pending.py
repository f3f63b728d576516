"""Ops that were cut off, and versions kept beside after a conflict."""

from __future__ import annotations

from crmcli.model.problem import Problem
from crmcli.store.book import Book
from crmcli.store.layout import SLOT
from crmcli.store.recovery import unfinished


def find_problems(book: Book) -> list[Problem]:
    """What waits in .crm: the next write finishes pending ops, a person looks at conflicts."""
    found = [
        Problem(
            "op-pending",
            _staged(book, op),
            0,
            f"op {op} was cut off",
            "the next writing command finishes or drops it",
            0,
            "warning",
        )
        for op in unfinished(book.root, book.state)
    ]
    home = book.state / "conflicts"
    kept = sorted(path for path in home.rglob("*") if path.is_file()) if home.is_dir() else []
    return found + [
        Problem(
            "conflict-kept",
            path.relative_to(book.root).as_posix(),
            0,
            "a version that was written while somebody else changed the record",
            "compare it with the record, take over what is missing, then remove it",
        )
        for path in kept
    ]


def _staged(book: Book, op: str) -> str:
    """Where an op waits: small ones in the slot, others in a folder of their own."""
    folder = book.state / "pending" / op
    return (folder if folder.is_dir() else book.state / SLOT).relative_to(book.root).as_posix()
