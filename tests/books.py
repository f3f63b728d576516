"""Books for tests: made by the product itself, opened for a member."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from crmcli.actions.add import add_record
from crmcli.actions.init import Person, init_book
from crmcli.model.record import Ref
from crmcli.store.book import Book, open_book
from crmcli.store.setup.config_text import NewBook

WISHES = NewBook("Kern Robotics", "EUR", "Europe/Berlin", "en", "DE")
ANNA = Person("Anna Kern", "anna@kern.example")


def make_book(root: Path, *, with_git: bool = False, wishes: NewBook = WISHES) -> Book:
    """A fresh book with the core kit and Anna as its member."""
    return init_book(root, wishes, ANNA, with_git=with_git).book


def add(book: Book, type_name: str, title: str, *words: str) -> Ref:
    """A new record, as `crm TYPE add` makes it."""
    return add_record(book, book.setup.types[type_name], title, words).refs[0]


def write_files(root: Path, files: Mapping[str, str]) -> None:
    """Write texts by their paths below `root`, folders included."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


class Place:
    """A folder in which one book is put again and again, as it was made.

    An index and compiled engine files are believed only where they were made, so a copy elsewhere begins by making them.
    Whoever had the book before has lost it.
    """

    def __init__(self, book: Book) -> None:
        self.root = book.root
        self._kept = book.root.with_name(f"{book.root.name}.kept")
        made = open_book(book.root)
        made.index.refresh()
        made.index.close()
        shutil.copytree(self.root, self._kept)

    def fresh(self) -> Book:
        """The book, as the next process sees it."""
        shutil.rmtree(self.root)
        shutil.copytree(self._kept, self.root)
        return open_book(self.root)


def reopen(book: Book) -> Book:
    """The same book as the next process sees it."""
    return open_book(book.root)
