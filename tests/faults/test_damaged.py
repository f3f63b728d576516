"""The index damaged in every way, records that are no files, a slot of another version: said plainly, and nothing is lost."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from crmcli.store import slot
from crmcli.store.book import Book, open_book
from tests.faults.conftest import ACME, BOLT, CHEN
from tests.storing import index_differences, journal_events, on_disk, replay_differences
from tests.unit.cli.memory import Shown, run_in_memory

NAMES = {ACME.id, BOLT.id, CHEN.id}


def crm(book: Book, *words: str) -> Shown:
    return run_in_memory("--book", str(book.root), "--me", "anna@kern.example", *words)


def middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for at in range(8192, len(content) - 512, 4096):
        content[at : at + 512] = random.Random(at).randbytes(512)  # noqa: S311 - a page's head, spoilt
    path.write_bytes(content)


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def other_version(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value = '0 of another program' WHERE key = 'mark'")
    connection.close()


def foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE meta (something TEXT)")
    connection.close()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "random bytes": middle,
    "truncated": lambda path: os.truncate(path, path.stat().st_size // 2),
    "zero length": lambda path: os.truncate(path, 0),
    "text": lambda path: path.write_text("no database " * 500, encoding="utf-8"),
    "deleted": lambda path: path.unlink(),
    "of another version": other_version,
    "of another program": foreign,
    "a folder in its place": folder,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_index_changes_no_answer(book: Book, damage: str) -> None:
    assert set(crm(book, "customers", "--format", "ids").out.split()) == NAMES
    path = book.state / "index.db"
    for companion in ("-wal", "-shm"):
        path.with_name(path.name + companion).unlink(missing_ok=True)
    DAMAGE[damage](path)
    shown = crm(book, "customers", "--format", "ids")
    assert (shown.code, set(shown.out.split())) == (0, NAMES), shown.err
    wrote = crm(book, "set", BOLT.id, "size=3")
    assert wrote.code == 0, wrote.err
    again = open_book(book.root)
    assert on_disk(again)[str(BOLT)]["size"] == "3"
    assert replay_differences(again) == []
    assert index_differences(again) == []


def test_an_index_replaced_while_it_is_open(book: Book) -> None:
    assert len(book.index.rows("SELECT id FROM rec_customers")) == 3
    foreign(book.state / "index.db")
    assert set(crm(book, "customers", "--format", "ids").out.split()) == NAMES
    book.index.stale()
    assert len(book.index.rows("SELECT id FROM rec_customers")) == 3


@pytest.mark.parametrize("state", ["missing", "a file"])
def test_a_book_without_its_state(book: Book, state: str) -> None:
    shutil.rmtree(book.state)
    if state == "a file":
        book.state.write_text("in the way", encoding="utf-8")
    assert set(crm(book, "customers", "--format", "ids").out.split()) == NAMES
    wrote = crm(book, "set", BOLT.id, "size=3")
    if state == "missing":
        assert wrote.code == 0, wrote.err
        assert on_disk(open_book(book.root))[str(BOLT)]["size"] == "3"
    else:
        assert wrote.code == 1
        assert wrote.err.startswith("crm: error: ")
        assert "should not have happened" not in wrote.err


@pytest.mark.parametrize("content", [b"", b"\0" * 300, b"---\nname: Bo"], ids=["empty", "zeros", "cut off"])
def test_a_record_that_lost_its_bytes(book: Book, content: bytes) -> None:
    """The journal still says what it was; the file is shown as what it is, and not written over."""
    path = book.root / "customers" / f"{BOLT.id}.md"
    before = len(journal_events(book.root))
    path.write_bytes(content)
    assert f"customers/{BOLT.id}.md" in crm(book, "check").out
    assert set(crm(book, "customers", "--format", "ids").out.split()) == NAMES
    wrote = crm(book, "set", BOLT.id, "size=3")
    assert wrote.code in {0, 6, 7}, wrote.err  # 7: an empty file is a record without its needed name
    if wrote.code:
        assert path.read_bytes() == content
    if wrote.code == 6:
        assert len(journal_events(book.root)) == before
    assert crm(book, "set", CHEN.id, "size=3").code == 0


def test_a_folder_in_place_of_a_record(book: Book) -> None:
    path = book.root / "customers" / f"{BOLT.id}.md"
    path.unlink()
    path.mkdir()
    shown = crm(book, "customers", "--format", "ids")
    assert shown.code == 0
    assert {ACME.id, CHEN.id} <= set(shown.out.split())
    assert crm(book, "set", CHEN.id, "size=3").code == 0
    assert path.is_dir()
    assert "bolt-2m4pq" in {event.on.partition("/")[2] for event in journal_events(book.root)}


def test_a_torn_last_line_of_the_journal_is_passed_over(book: Book) -> None:
    segment = next((book.root / "journal").rglob("*.jsonl"))
    whole = segment.read_bytes()
    segment.write_bytes(whole + b'{"id":"01M7WGVGMR96VY0TJ14ZFSN8B7","at":"2026-')
    events = journal_events(book.root)
    assert crm(book, "set", CHEN.id, "size=3").code == 0
    assert segment.read_bytes().startswith(whole)
    again = open_book(book.root)
    assert {event.id for event in events} < {event.id for event in journal_events(again.root)}
    assert replay_differences(again) == []
    assert index_differences(again) == []


@pytest.mark.parametrize("header", [b"crm-slot 0 ", b"crm-slot 2 ", b"something else"])
def test_a_slot_of_another_format_holds_nothing_for_this_program(book: Book, header: bytes) -> None:
    assert crm(book, "set", CHEN.id, "size=3").code == 0
    path = book.state / "slot"
    path.write_bytes(header.ljust(slot.SIZE, b"x"))
    shown = crm(book, "customers", "--format", "ids")
    assert (shown.code, shown.err) == (0, "")
    assert crm(book, "set", CHEN.id, "size=4").code == 0
    assert on_disk(open_book(book.root))[str(CHEN)]["size"] == "4"
