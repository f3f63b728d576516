"""A file that is there whole or not at all: written beside its place under another name, then renamed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.errors import UsageError

if TYPE_CHECKING:
    from crmcli.store.book import Book


class FolderInPlaceError(UsageError):
    """A folder stands where a file shall be."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is a folder", hint="name a file: --to FILE")


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give the place to write to; on leaving, the file takes its own place, after an error nothing is left of it."""
    if path.is_dir():
        raise FolderInPlaceError(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_text(path: Path, pieces: Iterator[str]) -> None:
    """Write a text piece by piece, UTF-8, its line ends as they are."""
    with written_whole(path) as part, part.open("x", encoding="utf-8", newline="") as file:
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
