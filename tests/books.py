"""Books for tests: made by the product itself, opened for a member."""

from __future__ import annotations

from pathlib import Path

from crmcli.actions.init import Person, init_book
from crmcli.store.book import Book, open_book
from crmcli.store.setup.config_text import NewBook

WISHES = NewBook("Kern Robotics", "EUR", "Europe/Berlin", "en", "DE")
ANNA = Person("Anna Kern", "anna@kern.example")


def make_book(root: Path, *, with_git: bool = False, wishes: NewBook = WISHES) -> Book:
    """A fresh book with the core kit and Anna as its member."""
    return init_book(root, wishes, ANNA, with_git=with_git).book


def reopen(book: Book) -> Book:
    """The same book as the next process sees it."""
    return open_book(book.root)
