"""A new book on the disk, as `crm init` makes it, with whatever records a test wants."""

from __future__ import annotations

from pathlib import Path

from crmcli.actions.add import add_record
from crmcli.actions.init import Person, init_book
from crmcli.model.record import Ref
from crmcli.store.book import Book
from crmcli.store.setup.config_text import NewBook

NOW = "2026-11-20T14:03:11+01:00"
ANNA = Person("Anna Kern", "anna@example.com")


def new_book(root: Path, language: str = "en") -> Book:
    """Make a book of the core kit in `root`, outside git."""
    wishes = NewBook("Demo", "EUR", "Europe/Berlin", language, "DE")
    return init_book(root, wishes, ANNA, with_git=False).book


def add(book: Book, type_name: str, title: str, *words: str) -> Ref:
    """Add a record and return where it is."""
    return add_record(book, book.setup.types[type_name], title, words).refs[0]
