"""Books whose schema says more than the core kit's."""

from __future__ import annotations

from crmcli.store.book import Book
from tests.books import reopen


def with_fields(book: Book, type_name: str, *lines: str) -> Book:
    """The book with more fields in a schema; one that is there already is said anew."""
    path = book.root / "schema" / f"{type_name}.toml"
    names = {line.partition("=")[0].strip() for line in lines}
    kept = [row for row in path.read_text().splitlines() if row.partition("=")[0].strip() not in names]
    path.write_text("\n".join([*kept, *lines, ""]))
    found = reopen(book)
    assert [p for p in found.setup.problems if p.severity == "error"] == []
    return found


def journal(book: Book) -> bytes:
    """All bytes of the journal."""
    return b"".join(path.read_bytes() for path in sorted(book.root.glob("journal/*/*.jsonl")))
