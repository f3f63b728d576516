"""A record whose `created` is a day began when that day did, in the book's zone."""

from pathlib import Path

from tests.books import make_book, reopen


def test_a_day_begins_in_the_books_zone(tmp_path: Path) -> None:
    book = make_book(tmp_path / "book")
    folder = book.root / "customers"
    folder.mkdir()
    (folder / "acme.md").write_text("---\nname: Acme\ncreated: 2026-07-01\n---\n")
    (folder / "beta.md").write_text("---\nname: Beta\ncreated: long ago\n---\n")
    rows = reopen(book).index.rows('SELECT id, created, "created.local" FROM rec_customers ORDER BY id')
    assert [tuple(row) for row in rows] == [
        ("acme", "2026-06-30T22:00:00Z", "2026-07-01"),
        ("beta", "long ago", "long ago"),
    ]
