"""This clone: does git know how to merge records (STORE rule 22)."""

from __future__ import annotations

from crmcli.model.problem import Problem
from crmcli.store import git
from crmcli.store.book import Book
from crmcli.store.git_setup import DRIVER, driver_of, lacks_driver


def find_problems(book: Book) -> list[Problem]:
    """A clone without the merge driver: git would leave one side of a record looking clean. One of a person's own is said."""
    repository = git.find_repository(book.root)
    if repository is None or not git.is_installed():
        return []
    if lacks_driver(repository):
        return [_problem("git does not know how to merge records in this clone", "the next writing command sets it up")]
    if driver_of(repository) == DRIVER:
        return []
    remedy = "where that is not meant, take it out of git's configuration: the next writing command sets crm's up"
    return [_problem("git merges records in this clone with another driver than crm's (merge.crm.driver)", remedy)]


def _problem(message: str, remedy: str) -> Problem:
    return Problem("no-merge-driver", ".git/config", 0, message, remedy, 0, "warning")
