"""A record's file as the index has it: for a command that shows both, while others write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store.index.unplaced import is_as_before, waiting_ops
from crmcli.store.pending import digest
from crmcli.store.records import BrokenRecordError, ReadRecord, parse_record, read_bytes

if TYPE_CHECKING:
    from crmcli.store.book import Book

_LOOKS = 8
"""Times that a file which others write again and again is compared with the index."""


def record_as_indexed(book: Book, path: str) -> ReadRecord:
    """Read a record; raises `BrokenRecordError` (exit 6), and `FileNotFoundError` for one that is gone."""
    read = parse_record(path, bytes_as_indexed(book, path))
    if read.problem:
        raise BrokenRecordError(read.problem)
    return read


def bytes_as_indexed(book: Book, path: str) -> bytes:
    """Read a file, or what a committed op will put there; the index looks again where the file is another by now.

    Raises `FileNotFoundError` for one that is gone.
    """
    content = _present(book, path)
    for _ in range(_LOOKS):
        row = book.index.row("SELECT hash FROM files WHERE path = ?", (path,))
        if row is None or (content is not None and row[0] == digest(content)):
            break
        to_come = waiting_ops(book.root, book.state).unplaced.get(path)
        if to_come is not None and to_come.new == row[0] and is_as_before(to_come, content):
            content = to_come.read()
            break
        book.index.refresh()
        content = _present(book, path)
    if content is None:
        raise FileNotFoundError(path)
    return content


def _present(book: Book, path: str) -> bytes | None:
    try:
        return read_bytes(book.root, path)
    except FileNotFoundError:
        return None
