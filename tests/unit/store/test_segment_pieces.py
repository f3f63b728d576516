"""A segment is read in pieces: what the index holds does not depend on how large they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.store.book import Book, open_book
from crmcli.store.index import segment_file
from tests.books import make_book
from tests.storing import index_differences

ID = "01M8008BBSDKV09JBA66BN9P{:02}"
AT = "2026-11-20T14:03:11+01:00"


def line(number: int, name: str) -> str:
    """An event that gives a customer a name."""
    return (
        f'{{"id":"{ID.format(number)}","at":"{AT}","op":"{ID.format(10)}","do":"set",'
        f'"on":"customers/acme","field":"name","from":null,"to":"{name}"}}\n'
    )


def state(book: Book) -> tuple[list[str], list[tuple[str, int]]]:
    """The names events give, by id, and where lines are broken."""
    names = [row[0] for row in book.index.rows("""SELECT "to" FROM events WHERE "do" = 'set' ORDER BY id""")]
    broken = [(row[0], row[1]) for row in book.index.rows("SELECT code, line FROM problems ORDER BY line")]
    return names, broken


@pytest.mark.parametrize("size", [1, 7, 64, 333, 1 << 22])
def test_pieces_of_any_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Broken lines by their number, a twin of an id, a line longer than a piece, one that is not ended."""
    monkeypatch.setattr(segment_file, "PIECE", size)
    root = make_book(tmp_path / "book").root
    segment = root / "journal" / "2026-11" / "abcde-0123456789.jsonl"
    segment.parent.mkdir(parents=True, exist_ok=True)
    began = [line(11, "One"), "broken\n", line(12, "Long " * 200), "\n", line(11, "One"), line(13, "Three")]
    segment.write_text("".join(began), encoding="utf-8")
    assert state(open_book(root)) == (["One", "Long " * 200, "Three"], [("bad-event", 2)])
    segment.write_text("".join([*began, line(14, "Four"), "broken\n", line(15, "Five")[:-1]]), encoding="utf-8")
    assert state(open_book(root)) == (["One", "Long " * 200, "Three", "Four"], [("bad-event", 2), ("bad-event", 8)])
    segment.write_text("".join([began[0], *began[2:]]), encoding="utf-8")
    again = open_book(root)
    assert state(again) == (["One", "Long " * 200, "Three"], [])
    assert index_differences(again) == []
