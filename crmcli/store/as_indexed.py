"""A record's file as the index has it: for a command that shows both, while others write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store.index.unplaced import is_as_before, waiting_ops
from crmcli.store.pending import digest_file
from crmcli.store.records import ReadRecord, parse_record

if TYPE_CHECKING:
    from crmcli.store.book import Book

_LOOKS = 5
"""Times that a file which others write again and again is compared with the index."""


def record_as_indexed(book: Book, path: str) -> ReadRecord | None:
    """Let the index look again where the file is another by now; what a committed op will put there, else None: the file."""
    for _ in range(_LOOKS):
        row = book.index.row("SELECT hash FROM files WHERE path = ?", (path,))
        if row is None or row[0] == digest_file(book.root / path):
            return None
        to_come = waiting_ops(book.root, book.state).unplaced.get(path)
        if to_come is not None and to_come.new == row[0]:
            content = to_come.target.read_bytes()
            found = to_come.read() if is_as_before(to_come, content) else content
            read = parse_record(path, found) if found is not None else None
            return read if read and not read.problem else None
        book.index.refresh()
    return None
