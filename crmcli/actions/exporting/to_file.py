"""A file that is there whole or not at all: written beside its place under another name, then renamed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.store.disk import kind_of

if TYPE_CHECKING:
    from crmcli.store.book import Book


class FolderInPlaceError(UsageError):
    """A folder stands where a file shall be."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is a folder", hint="name a file: --to FILE")


class NoFileInPlaceError(UsageError):
    """A device, a pipe or a socket stands where a file shall be: it would be gone, and a file in its place."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"{path} is {what}", hint="name a file: --to FILE")


class OwnPlaceError(UsageError):
    """The file would take the place of something that the book is made of."""

    def __init__(self, path: Path, own: str) -> None:
        super().__init__(f"{path}: {own} is the book's own", hint="export to a place outside the book")


def insist_not_own(book: Book, path: Path) -> None:
    """Raise `OwnPlaceError` (exit 2) where a book keeps its records, its setup, its journal or what git and crm keep."""
    from crmcli.store.layout import CONFIG  # noqa: PLC0415 - an export, no list
    from crmcli.store.setup.reserved import BOOK_FOLDERS  # noqa: PLC0415

    root = book.root.resolve()
    for place in (path.parent.resolve() / path.name, path.resolve()):
        if place != root and root not in place.parents:
            continue
        own = place.relative_to(root).parts[0] if place != root else "folder"
        folders = {*BOOK_FOLDERS, *(record_type.plural for record_type in book.setup.types.values())}
        if place == root or own.startswith(".") or own.casefold() in {CONFIG, RATES, *folders}:
            raise OwnPlaceError(path, own)


RATES = "rates.tsv"


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give the place to write to, an empty file; on leaving, it takes the place of `path`, after an error nothing is left of it.

    A link is replaced, not followed. What was there keeps its rights. Raises `FolderInPlaceError` and `NoFileInPlaceError`.
    """
    if path.is_dir():
        raise FolderInPlaceError(path)
    mode = _mode(path)
    part = path.with_name(f".crm-{os.getpid()}-{os.urandom(4).hex()}.part")
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else mode))
    try:
        yield part
        if mode is not None:
            part.chmod(mode)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _mode(path: Path) -> int | None:
    """The rights of the file that is there; None where there is none."""
    try:
        found = path.stat().st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found):
        raise NoFileInPlaceError(path, kind_of(found))
    return stat.S_IMODE(found)


def write_text(path: Path, pieces: Iterator[str]) -> None:
    """Write a text piece by piece, UTF-8, its line ends as they are."""
    with written_whole(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        for piece in pieces:
            file.write(piece)


def write_workbook(path: Path, name: str, columns: list[str], rows: Iterator[list[object]], currency: str) -> int:
    """Write rows as a workbook with one sheet, bare numbers for `currency`; return how many. Raises `ExtraMissingError`."""
    from crmcli_formats.xlsx_out import write_table  # noqa: PLC0415 - an extra

    with written_whole(path) as part:
        return write_table(part, name, columns, rows, currency)


def write_parquet(path: Path, columns: list[str], rows: Iterator[list[object]]) -> int:
    """Write rows as a Parquet file; return how many. Raises `ExtraMissingError`."""
    from crmcli_formats.parquet import write_table  # noqa: PLC0415 - an extra

    with written_whole(path) as part:
        return write_table(part, columns, rows)


def write_snapshot(path: Path, book: Book, *, private: bool) -> list[str]:
    """Write the index's stable views as tables of a SQLite file; return their names."""
    from crmcli.store.snapshot import write_views  # noqa: PLC0415 - no other export needs it

    with written_whole(path) as part:
        return write_views(book, part, private=private)
