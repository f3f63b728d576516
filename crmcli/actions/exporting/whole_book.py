"""Every file of a book, but this machine's own (`.crm`) and git's, for `crm export book`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.store import disk
from crmcli.store.lock import locked
from crmcli_formats.book import BookFile, written

if TYPE_CHECKING:
    from crmcli.store.book import Book


def book_lines(book: Book) -> Iterator[str]:
    """The lines of the export. Nobody writes to the book meanwhile, where this user could."""
    if not disk.may_write(book.root):
        yield from written(book.setup.config.name, book_files(book.root))
        return
    with locked(book.root):
        yield from written(book.setup.config.name, book_files(book.root))


def book_files(root: Path) -> Iterator[BookFile]:
    """The files in the order of their paths; links are left out, as they are no part of a book."""
    for path in sorted(_paths(root, "")):
        place = root / path
        yield BookFile(path, place.read_bytes(), bool(place.stat().st_mode & 0o100) and path.startswith("hooks/"))


def _paths(root: Path, folder: str) -> Iterator[str]:
    with os.scandir(root / folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _paths(root, f"{folder}{entry.name}/")
            elif entry.is_file(follow_symlinks=False):
                yield f"{folder}{entry.name}"
