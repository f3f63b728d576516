"""What a process wrote to the journal it does not read again; what anybody else wrote it sees before the next op."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.store.book import Book, open_book
from crmcli.store.index import refresh
from crmcli.store.index.scan import read_file
from crmcli.store.index.segment_file import SegmentFile
from tests.books import make_book
from tests.storing import index_differences, journal_events

ACME = Ref("customers", "acme-7k3f9")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    made = make_book(tmp_path / "book")
    carry_out(made, [Change("create", ACME, record={"name": "Acme", "country": "NO"})], Request("add"))
    change(made, "Acme 1")
    return made


def change(book: Book, name: str) -> None:
    carry_out(book, [Change("set", ACME, "name", to=name)], Request("set"))


def known(book: Book) -> list[str]:
    return [row[0] for row in book.index.connection.execute("SELECT id FROM events ORDER BY id")]


def reads(patch: pytest.MonkeyPatch) -> list[str]:
    """Which files the index reads from now on."""
    seen: list[str] = []

    def read(path: str, size: int, most: int) -> bytes:
        seen.append(Path(path).name)
        return read_file(path, size, most)

    class Read(SegmentFile):
        def __init__(self, path: str, most: int) -> None:
            seen.append(Path(path).name)
            super().__init__(path, most)

    patch.setattr(refresh, "read_file", read)
    patch.setattr(refresh, "SegmentFile", Read)
    return seen


def test_what_it_wrote_itself_it_does_not_read_again(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = reads(monkeypatch)
    for number in range(3):
        change(book, f"Acme {number + 2}")
        assert known(book) == sorted(event.id for event in journal_events(book.root))
    assert seen == [f"{ACME.id}.md"] * 3
    assert index_differences(book) == []
    assert index_differences(open_book(book.root)) == []


def test_another_process_is_seen(book: Book) -> None:
    other = open_book(book.root)
    for number in range(3):
        change(other, f"Theirs {number}")
        change(book, f"Ours {number}")
        told = [event.from_ for event in journal_events(book.root) if event.to == f"Ours {number}"]
        assert told == [f"Theirs {number}"]
        assert known(book) == sorted(event.id for event in journal_events(book.root))
    assert index_differences(book) == []
    assert index_differences(other) == []


def test_a_segment_that_comes_from_elsewhere_is_seen(book: Book) -> None:
    segment = next((book.root / "journal").rglob("*.jsonl"))
    elsewhere = segment.with_name("zzzzz-zzzzzzzzzz.jsonl")
    line = segment.read_bytes().splitlines(keepends=True)[-1]
    event = journal_events(book.root)[-1]
    far = event.id[:-1] + ("1" if event.id[-1] == "0" else "0")
    elsewhere.write_bytes(line.replace(event.id.encode(), far.encode(), 1).replace(b"Acme 1", b"Acme 9"))
    change(book, "Acme 2")
    assert far in known(book)
    elsewhere.unlink()
    change(book, "Acme 3")
    assert far not in known(book)
    assert index_differences(book) == []


def test_a_segment_that_a_hand_changed_is_read_anew(book: Book) -> None:
    own = max((book.root / "journal").rglob("*.jsonl"), key=lambda path: path.stat().st_size)
    lines = own.read_bytes().splitlines(keepends=True)
    gone = journal_events(book.root)[-1].id
    own.write_bytes(b"".join(line for line in lines if gone.encode() not in line))
    change(book, "Acme 4")
    assert gone not in known(book)
    assert index_differences(book) == []


def test_what_comes_while_an_op_is_written_is_seen_by_the_next(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    segment = next((book.root / "journal").rglob("*.jsonl"))
    event = journal_events(book.root)[-1]
    far = event.id[:-1] + ("1" if event.id[-1] == "0" else "0")
    line = segment.read_bytes().splitlines(keepends=True)[-1].replace(event.id.encode(), far.encode(), 1)
    real = refresh.Refresh.touch

    def touch(self: refresh.Refresh, *args: object) -> None:
        segment.with_name("zzzzz-zzzzzzzzzz.jsonl").write_bytes(line)
        real(self, *args)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(refresh.Refresh, "touch", touch)
        change(book, "Acme 5")
    assert far not in known(book)
    change(book, "Acme 6")
    assert far in known(book)
    assert index_differences(book) == []
