"""Readers say that an op was cut off, and leave it to the next command that writes."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from crmcli.actions.rename import rename
from crmcli.actions.undo import undo
from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.store.book import Book, open_book
from crmcli.store.index import build, index, refresh
from crmcli.store.index.counting import count
from crmcli.store.index.listing import Listing, list_folder
from crmcli.store.index.look import look_again
from crmcli.store.recovery import forget, recover
from crmcli.store.staging import waiting
from tests.faults.conftest import ACME, BOLT, CHEN, DEAL
from tests.faults.seam import Died, Fault
from tests.faults.test_every_step import mixed, undisturbed
from tests.storing import index_differences
from tests.unit.cli.memory import Shown, run_in_memory

T = TypeVar("T")
NOTE = "note: op {} was cut off; the next command that changes something finishes or drops it\n"
NAMES = {"acme-7k3f9", "bolt-2m4pq", "chen-9xw2c"}


def cut_off(fresh_book: Callable[[], Book], step: str, when: str) -> Book:
    """A book whose writer is no more since its first step of that name."""
    at = undisturbed(fresh_book, mixed).steps.index(step)
    book = fresh_book()
    with pytest.MonkeyPatch.context() as patch:
        Fault(at, when=when, dies=True).install(patch)
        with pytest.raises(Died):
            mixed(book)
    book.index.close()
    return book


def crm(book: Book, *words: str) -> Shown:
    return run_in_memory("--book", str(book.root), *words)


@pytest.mark.parametrize("when", ["before", "partly", "after"])
def test_a_reader_says_so_once(fresh_book: Callable[[], Book], when: str) -> None:
    book = cut_off(fresh_book, "append", when)
    for _ in range(2):
        shown = crm(book, "customers", "--format", "ids")
        # Past the commit point the whole op is seen, though nothing of it is in place: `mixed` deletes one of the three.
        assert set(shown.out.split()) == (NAMES - {CHEN.id} if when == "after" else NAMES)
        [note] = shown.err.splitlines(keepends=True)
        op = note.split()[2]
        assert note == NOTE.format(op)
        assert len(op) == 26
    assert crm(book, "customers", "--quiet").err == ""
    wrote = crm(book, "set", ACME.id, "size=1")
    assert wrote.code == 0
    assert "note:" not in wrote.err
    assert crm(book, "customers").err == ""


def test_a_record_that_is_not_in_place_yet_is_shown(fresh_book: Callable[[], Book]) -> None:
    """Past the commit point it is there for every reader, though its file is not."""
    book = cut_off(fresh_book, "append", "after")
    assert not (book.root / "contacts" / "li-wei-5a1bz.md").exists()
    shown = crm(book, "show", "li-wei")
    assert shown.code == 0
    assert "李伟" in shown.out
    assert shown.err.splitlines()[-1].startswith("note: op ")


@pytest.mark.parametrize("when", ["before", "partly", "after"])
def test_an_index_built_meanwhile_says_the_same(fresh_book: Callable[[], Book], when: str) -> None:
    """Whoever builds it anew while an op waits: the op is seen whole, or not at all, as by a look at what changed."""
    book = cut_off(fresh_book, "append", when)
    looked = shown_of(book)
    assert index_differences(open_book(book.root)) == []
    assert crm(book, "reindex").code == 0
    assert shown_of(book) == looked
    assert crm(book, "set", ACME.id, "size=1").code == 0
    assert index_differences(open_book(book.root)) == []


def shown_of(book: Book) -> list[str]:
    """The records as listed, each with its fields; what the journal and the files differ in."""
    lists = [crm(book, noun, "--format", "json").out for noun in ("customers", "contacts", "deals")]
    return [*lists, crm(book, "check", "--format", "json").out]


def test_an_index_is_damaged_while_an_op_waits(fresh_book: Callable[[], Book]) -> None:
    book = cut_off(fresh_book, "append", "after")
    (book.state / "index.db").write_bytes(b"no database at all")
    assert set(crm(book, "customers", "--format", "ids").out.split()) == NAMES - {CHEN.id}
    assert "李伟" in crm(book, "show", "li-wei").out


@pytest.mark.parametrize(
    ("anew", "listed"),
    [(False, "nothing"), (False, "journal"), (True, "nothing"), (True, "journal"), (True, "customers")],
)
def test_an_op_that_is_finished_while_files_are_looked_at(
    fresh_book: Callable[[], Book], anew: bool, listed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader lists a folder's files, then the op puts its own in place and is over: it is seen whole all the same."""
    book = cut_off(fresh_book, "append", "after")

    def then_finish(found: T) -> T:
        for op in recover(book.root, book.state):
            forget(book.state, op)
        return found

    def overtaken(root: Path, path: str) -> Listing | None:
        found = list_folder(root, path)
        return then_finish(found) if path.partition("/")[0] == listed else found

    monkeypatch.setattr(refresh, "list_folder", overtaken)
    if listed == "nothing":
        monkeypatch.setattr(index, "look_again", lambda *given: then_finish(look_again(*given)))
        monkeypatch.setattr(build, "count", lambda *given: then_finish(count(*given)))
    reader = open_book(book.root).index
    if anew:
        reader.rebuild()
    contacts = reader.rows("SELECT id FROM rec_contacts")
    assert reader.rows("SELECT 1 FROM events WHERE \"on\" = 'contacts/li-wei-5a1bz'")
    assert [row[0] for row in contacts] == ["li-wei-5a1bz"]
    assert not list(waiting(book.state))


def test_a_type_goes_while_an_op_on_its_records_waits(fresh_book: Callable[[], Book]) -> None:
    book = cut_off(fresh_book, "append", "after")
    (book.root / "schema/contact.toml").unlink()
    for _ in range(2):
        assert set(crm(book, "customers", "--format", "ids").out.split()) == NAMES - {CHEN.id}
        assert crm(book, "reindex").code == 0


@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_what_stands_in_the_place_of_a_file_to_come_stays(fresh_book: Callable[[], Book], kind: str) -> None:
    """It cannot be merged and is nobody's to remove: the op's version is kept beside, and the op is over."""
    book = cut_off(fresh_book, "append", "after")
    path = book.root / f"customers/{BOLT.id}.md"
    path.unlink()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "link":
        path.symlink_to(f"{ACME.id}.md")
    else:
        path.mkdir()
    wrote = crm(book, "set", ACME.id, "size=1")
    assert wrote.code == 0, wrote.err
    [kept] = (book.state / "conflicts").rglob("customers__*")
    assert kept.name == f"customers__{BOLT.id}.md"
    assert f"{kept.parent.name}/{kept.name}" in wrote.err
    assert crm(book, "show", "li-wei").code == 0
    assert crm(book, "set", ACME.id, "size=2").err == ""
    assert f"customers/{BOLT.id}.md: not-a-file" in crm(book, "check").out


def test_somebody_who_is_not_there_may_be_what_was_cut_off(fresh_book: Callable[[], Book]) -> None:
    book = cut_off(fresh_book, "append", "before")
    shown = crm(book, "show", "li-wei")
    assert shown.code == 3
    assert shown.err.splitlines()[-1].startswith("note: op ")


def test_who_is_writing_just_now_was_not_cut_off(fresh_book: Callable[[], Book]) -> None:
    book = cut_off(fresh_book, "append", "after")
    writer = os.open(book.root, os.O_RDONLY)
    try:
        fcntl.flock(writer, fcntl.LOCK_EX)
        assert crm(book, "customers").err == ""
        assert crm(book, "check").err == "nothing is wrong.\n"
    finally:
        os.close(writer)
    assert "op-pending" in crm(book, "check").out


def test_the_day_tells_which_records_wait(fresh_book: Callable[[], Book]) -> None:
    book = cut_off(fresh_book, "append", "after")
    waiting = json.loads(crm(book, "today", "--format", "json").out)
    assert {row["id"] for row in waiting if row["group"] == "waits"} == {"li-wei-5a1bz", BOLT.id, CHEN.id}
    assert {reason for row in waiting for reason in row["reasons"] if row["id"] == BOLT.id} >= {
        "a change was cut off; the next write finishes it"
    }


def test_a_slot_without_its_folder_is_seen(fresh_book: Callable[[], Book]) -> None:
    book = cut_off(fresh_book, "append", "after")
    for left in (book.state / "pending").iterdir():
        if left.is_dir():
            pytest.fail(f"a small op lies in a folder: {left}")
        left.unlink()
    (book.state / "pending").rmdir()
    assert crm(book, "customers").err.startswith("note: op ")


def test_a_folder_that_cannot_be_looked_at_stops_no_reader(book: Book) -> None:
    (book.state / "pending").rmdir()
    (book.state / "pending").write_bytes(b"no folder")
    shown = crm(book, "customers", "--format", "ids")
    assert shown.code == 0
    assert set(shown.out.split()) == NAMES
    assert shown.err == ""


def test_a_file_to_come_is_read_again_as_it_will_be(fresh_book: Callable[[], Book]) -> None:
    """Where names change with the op, rows that refer to them are made twice: the second time from the same bytes."""

    def back(book: Book) -> None:
        li = Change("create", Ref("contacts", "li-wei-5a1bz"), record={"name": "李伟", "customer": ACME.id})
        carry_out(book, [li], Request("add"))
        rename(book, ACME, "acme-de")
        undo(book)

    appends = [at for at, step in enumerate(undisturbed(fresh_book, back).steps) if step == "append"]
    book = fresh_book()
    with pytest.MonkeyPatch.context() as patch:
        Fault(appends[2], when="after", dies=True).install(patch)
        with pytest.raises(Died):
            back(book)
    book.index.close()
    pointing = 'SELECT "type", id, to_id FROM refs WHERE field = \'customer\' ORDER BY "type"'
    expected = [("contacts", "li-wei-5a1bz", ACME.id), ("deals", DEAL.id, ACME.id)]
    assert [tuple(row) for row in open_book(book.root).index.rows(pointing)] == expected
    assert crm(book, "set", BOLT.id, "size=1").code == 0
    after = open_book(book.root)
    assert [tuple(row) for row in after.index.rows(pointing)] == expected
    assert index_differences(after) == []
