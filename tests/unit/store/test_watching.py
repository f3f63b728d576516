"""What a book that stays open notices, and what it costs: looks are counted, the clock is the test's."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from crmcli.store.book import Book, open_book
from crmcli.store.index.index import Index
from crmcli.store.lookout import LookFailedError, Lookout
from crmcli.store.watching import SHARE, Moved, Watch
from tests.books import add, make_book, reopen


class Clock:
    """Seconds that pass when the test says so; a look takes one."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.looks = 0
        real = Index.refresh

        def refresh(index: Index) -> None:
            self.looks += 1
            self.now += 1.0
            real(index)

        patch.setattr(Index, "refresh", refresh)

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def book(tmp_path: Path) -> Book:
    made = make_book(tmp_path / "book")
    add(made, "customer", "Acme")
    made.index.refresh()
    made.index.close()
    opened = open_book(made.root)
    opened.steady = True
    return opened


def test_without_news_the_files_are_looked_at_for_a_share_of_the_time(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    watch = Watch(book, clock)
    assert clock.looks == 1
    for _ in range(SHARE * 2 - 2):
        clock.now += 0.5
        assert watch.glance() is Moved.NOTHING
    assert clock.looks == 1
    clock.now += 1.0
    watch.glance()
    assert clock.looks == 2


def test_a_command_elsewhere_is_seen_at_once(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(book, Clock(monkeypatch))
    add(reopen(book), "customer", "Bolt")
    assert watch.glance() is Moved.RECORDS
    assert book.index.rows_as_it_is("SELECT count(*) FROM rec_customers")[0][0] == 2


def test_a_file_that_came_is_seen_soon_and_one_written_in_place_in_the_next_look(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    watch = Watch(book, clock)
    (book.root / "customers" / "cee.md").write_text("---\nname: Cee\n---\n")
    clock.now += 2.0
    assert watch.glance() is Moved.RECORDS
    clock.now += 2.0
    watch.glance()  # a folder that changed a moment ago is looked at once more
    file = book.root / "customers" / "cee.md"
    with file.open("a") as text:
        text.write("more\n")
    clock.now += 2.0
    assert watch.glance() is Moved.NOTHING
    clock.now += SHARE * 1.0
    assert watch.glance() is Moved.RECORDS


def test_a_large_book_is_looked_at_elsewhere_and_answers_as_it_was_meanwhile(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first look and one that is asked for are made by a process of their own; what it found shows at its end."""
    monkeypatch.setattr("crmcli.store.watching.LARGE", 0)
    monkeypatch.setattr("crmcli.store.watching.AT_ONCE", -1.0)
    clock = Clock(monkeypatch)
    over = threading.Semaphore(0)
    lookout = Lookout(over.release)
    (book.root / "customers" / "cee.md").write_text("---\nname: Cee\n---\n")
    watch = Watch(book, clock, lookout)
    before = book.index.connection.total_changes
    assert lookout.under_way
    assert customers(book) == 1
    assert over.acquire(timeout=60)
    assert watch.glance() is Moved.RECORDS
    assert customers(book) == 2
    assert lookout.ended() is None  # taken notice of
    assert book.index.connection.total_changes == before  # not by this connection
    (book.root / "customers" / "cee.md").unlink()
    clock.now += 0.1
    watch.glance(asked=True)
    assert lookout.under_way
    watch.glance(asked=True)  # the look under way may be past the file: another one begins when it ends
    assert over.acquire(timeout=60)
    assert (watch.glance(), lookout.under_way) == (Moved.RECORDS, True)
    assert over.acquire(timeout=60)
    watch.glance()
    assert (clock.looks, lookout.under_way, customers(book)) == (0, False, 1)


def customers(book: Book) -> int:
    return int(book.index.rows("SELECT count(*) FROM rec_customers")[0][0])


def test_what_a_look_elsewhere_meets_is_raised_by_the_next_glance_and_not_tried_again_at_once(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crmcli.store.watching.LARGE", 0)
    clock = Clock(monkeypatch)
    over = threading.Event()
    lookout = Lookout(over.set)
    book.index.refresh()
    (book.root / "contacts").symlink_to("customers")
    watch = Watch(book, clock, lookout)
    assert over.wait(60)
    with pytest.raises(LookFailedError, match="contacts"):
        watch.glance()
    assert not lookout.under_way
    assert watch.glance() is Moved.NOTHING
    assert not lookout.under_way


def test_a_look_is_made_here_where_no_process_can_be_started_and_ends_with_its_owner(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crmcli.store.watching.LARGE", 0)
    clock = Clock(monkeypatch)
    lookout = Lookout(lambda: None)
    lookout.begin(book.root)
    lookout.leave()
    assert lookout._process is not None
    assert lookout._process.returncode is not None
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    Watch(book, clock, Lookout(lambda: None))
    assert clock.looks == 1


def test_what_the_process_that_looks_says_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    speaker = tmp_path / "python"
    said = ('{"done": 3, "of": 4}', '{"waits": true}', "python: no such module")
    speaker.write_text("#!/bin/sh\n" + "".join(f"echo '{line}'\n" for line in said) + "exit 3\n")
    speaker.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(speaker))
    heard: list[object] = []
    over = threading.Event()
    lookout = Lookout(over.set, lambda done, of: heard.append((done, of)), lambda: heard.append("waits"))
    lookout.begin(tmp_path)
    assert over.wait(60)
    with pytest.raises(LookFailedError, match="python: no such module"):
        lookout.ended()
    assert heard == [(3, 4), "waits"]


def test_own_writing_is_no_news_in_the_folders(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    watch = Watch(book, clock)
    clock.now += 2.0
    watch.writing()
    add(book, "customer", "Bolt")
    assert watch.written() is Moved.RECORDS
    looks = clock.looks
    clock.now += 2.0
    assert watch.glance() is Moved.NOTHING
    assert clock.looks == looks


def test_engine_files(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(book, Clock(monkeypatch))
    os.utime(book.root / "crm.toml")
    assert watch.glance() is Moved.NOTHING
    with (book.root / "crm.toml").open("a") as text:
        text.write("# a word\n")
    assert watch.glance() is Moved.SETUP


def test_an_index_made_anew_elsewhere_means_opening_the_book_anew(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(book, Clock(monkeypatch))
    other = reopen(book)
    other.index.rebuild()
    other.index.close()
    assert watch.glance() is Moved.SETUP
