"""This clone: does git know how to merge records (STORE rule 22)."""

from __future__ import annotations

from crmcli.model.problem import Problem
from crmcli.store import git
from crmcli.store.book import Book

KEY = "merge.crm.driver"


def find_problems(book: Book) -> list[Problem]:
    """A clone without the merge driver: git would leave one side of a record looking clean."""
    repository = git.find_repository(book.root)
    if repository is None or not git.is_installed() or git.run(repository.top, "config", KEY, check=False).strip():
        return []
    return [
        Problem(
            "no-merge-driver",
            ".git/config",
            0,
            "git does not know how to merge records in this clone",
            "the next writing command sets it up",
            0,
            "warning",
        )
    ]
