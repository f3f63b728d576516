"""Consistency rules, one per file: each asks the book and returns problems. `run_checks` runs them all."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmcli.model.problem import Problem
    from crmcli.store.book import Book

CHECKS = (
    "engine_files",
    "expressions",
    "files",
    "hand_renames",
    "references",
    "merged",
    "erased",
    "attachments",
    "conditions",
    "rows",
    "unique",
    "journal",
    "hand_moves",
    "clone",
    "hooks",
    "pending",
)
"""In the order in which they are reported; each is a module here with `find_problems(book)`."""


def run_checks(book: Book) -> list[Problem]:
    """Everything that is wrong in the book, errors and warnings."""
    found: list[Problem] = []
    for name in CHECKS:
        found += import_module(f"crmcli.checks.{name}").find_problems(book)
    return found
