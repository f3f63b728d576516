"""The folder of a large op that was done or dropped comes back with a power failure: it does not count again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.store import disk, pending, slot
from crmcli.store.book import Book, open_book
from tests.faults.conftest import ACME, BOLT
from tests.faults.test_slot import change, cut_off_at, the_next
from tests.storing import index_differences, journal_events, on_disk, replay_differences


def large(book: Book) -> object:
    """More bytes than the slot has, in one file."""
    return carry_out(book, [Change("set", BOLT, "body", to="says much\n" * 40_000)], Request("test"))


@contextmanager
def names_not_synced(book: Book, tmp_path: Path) -> Iterator[None]:
    """What is removed from `pending` inside is back afterwards, with the bytes that were durable when it went."""
    real = disk.remove_folder
    kept: list[Path] = []

    def remove(path: Path) -> None:
        kept.append(tmp_path / path.name)
        shutil.copytree(path, kept[-1])
        real(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disk, "remove_folder", remove)
        yield
    assert kept
    for folder in kept:
        shutil.copytree(folder, book.state / pending.FOLDER / folder.name)


def check(root: Path) -> Book:
    """The next command finds nothing to do over; index, files and journal say the same."""
    the_next(open_book(root))
    again = open_book(root)
    assert replay_differences(again) == []
    assert index_differences(again) == []
    return again


def test_one_that_was_dropped_takes_no_later_lines_for_its_own(book: Book, tmp_path: Path) -> None:
    """Its lines would have begun where those of the next op stand now, which was acknowledged."""
    cut_off_at(book, "append", "before", large)
    again = open_book(book.root)
    with names_not_synced(again, tmp_path):
        change(again)
    again.index.close()
    told = journal_events(book.root)
    assert slot.read(book.state) is None
    assert on_disk(check(book.root))[str(BOLT)]["country"] == "SE"
    assert {event.id for event in told} < {event.id for event in journal_events(book.root)}


def test_one_that_was_done_is_not_put_in_place_again(book: Book, tmp_path: Path) -> None:
    """What it did was taken back since, so the file has the bytes it found."""
    change(book, ACME)
    before = (book.root / "customers" / f"{BOLT.id}.md").read_bytes()
    with names_not_synced(book, tmp_path):
        large(book)
        carry_out(book, [Change("set", BOLT, "body", to=None)], Request("test"))
    book.index.close()
    assert (book.root / "customers" / f"{BOLT.id}.md").read_bytes() == before
    assert "body" not in on_disk(check(book.root))[str(BOLT)]
