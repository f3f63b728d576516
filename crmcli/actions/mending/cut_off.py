"""Ops that were cut off, and a clone whose git does not know how to merge: the next write would put both right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmcli.actions.mending import Mending
from crmcli.store import git
from crmcli.store.git_setup import lacks_driver
from crmcli.store.recovery import unfinished

if TYPE_CHECKING:
    from crmcli.store.book import Book


def find(book: Book) -> Iterator[Mending]:
    """What waits for the next write."""
    for op in unfinished(book.root, book.state):
        yield Mending("op-pending", ".crm/pending", f"finish or drop op {op}, which was cut off")
    repository = git.find_repository(book.root)
    if repository is not None and lacks_driver(repository) and (book.root / ".gitattributes").is_file():
        yield Mending("no-merge-driver", ".git/config", "teach git to merge records (merge.crm.driver)")
