"""The index held by another process for longer than anybody waits, or broken in the middle of a trial: said, nothing lost."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.store import lock
from crmcli.store.book import Book, open_book
from crmcli.store.index import connection
from crmcli.store.index.connection import IndexDamagedError
from crmcli.store.lock import LockNotPossibleError
from tests.faults.conftest import ACME, BOLT, CHEN
from tests.storing import index_differences, on_disk, replay_differences
from tests.unit.cli.memory import Shown, run_in_memory

NAMES = {ACME.id, BOLT.id, CHEN.id}


def crm(book: Book, *words: str) -> Shown:
    return run_in_memory("--book", str(book.root), "--me", "anna@kern.example", *words)


def texts(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and ".crm" not in path.parts}


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Somebody else is in the middle of writing to the index."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.close()


def settle(book: Book) -> None:
    """Look until there is nothing to take in: files as young as a look at them are looked at once more."""
    watching = sqlite3.connect(book.state / "index.db")
    marks: list[int] = []
    while len(marks) < 2 or marks[-1] != marks[-2]:
        assert set(crm(book, "customers", "--format", "ids").out.split()) == NAMES
        marks.append(watching.execute("PRAGMA data_version").fetchone()[0])
    watching.close()


def test_an_index_that_another_process_holds(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who only reads waits for nobody; who finds a change to take in says what holds it up; the book is untouched."""
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.01)
    settle(book)
    with held(book.state / "index.db"):
        read = crm(book, "customers", "--format", "ids")
        assert (read.code, set(read.out.split())) == (0, NAMES), read.err
        path = book.root / "customers" / f"{BOLT.id}.md"
        path.write_text(path.read_text(encoding="utf-8").replace("country: NO", "country: DK"), encoding="utf-8")
        before = texts(book.root)
        for words in (("customers",), ("set", CHEN.id, "size=3")):
            told = crm(book, *words)
            assert told.code == 5, told.err
            assert f"another process has been writing to {book.state / 'index.db'} for 0 s" in told.err
            assert "hint: wait for it to end" in told.err
        assert texts(book.root) == before
    assert crm(book, "set", CHEN.id, "size=3").code == 0
    assert crm(book, "journal", "drift").code == 0
    again = open_book(book.root)
    assert (on_disk(again)[str(BOLT)]["country"], on_disk(again)[str(CHEN)]["size"]) == ("DK", "3")
    assert replay_differences(again) == []
    assert index_differences(again) == []


def test_an_index_that_breaks_while_a_change_is_only_tried(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside a trial it cannot be built anew: the change is refused, and `crm reindex` is named."""
    before = texts(book.root)
    with book.index.trial():
        broken = sqlite3.DatabaseError("database disk image is malformed")
        broken.sqlite_errorcode = sqlite3.SQLITE_CORRUPT

        class Broken:
            in_transaction = True

            def execute(self, *_: object) -> None:
                raise broken

        with monkeypatch.context() as patch:
            patch.setattr(book.index, "_connection", Broken())
            with pytest.raises(IndexDamagedError, match=r"the index .* is damaged; nothing was changed") as told:
                book.index.rows_as_it_is("SELECT 1")
    assert "crm reindex" in told.value.hint
    assert texts(book.root) == before


def test_a_file_system_that_cannot_lock(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a lock nothing is written: two writers would not know of each other."""

    def refuse(_: int) -> bool:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(lock, "_try", refuse)
    before = texts(book.root)
    with pytest.raises(LockNotPossibleError, match=r"cannot be locked: No locks available") as told:
        carry_out(book, [Change("set", BOLT, "name", to="new")], Request("set"))
    assert told.value.exit_code == 1
    assert texts(book.root) == before
