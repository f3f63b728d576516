"""A record that changes: the index writes what differs, and ends as if it had been built from nothing."""

from __future__ import annotations

import pytest

from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.store.book import Book
from tests.storing import index_differences
from tests.unit.store.conftest import ACME, BOLT, DEAL, add, change, edit

SIDES = {
    "items": "SELECT rowid, * FROM items WHERE type = ? AND id = ? ORDER BY rowid",
    "tags": "SELECT rowid, * FROM tags WHERE type = ? AND id = ? ORDER BY rowid",
    "keys": "SELECT rowid, * FROM keys WHERE type = ? AND id = ? ORDER BY rowid",
    "refs": "SELECT rowid, * FROM refs WHERE type = ? AND id = ? ORDER BY rowid",
}


@pytest.fixture
def book(small: Book) -> Book:
    """A customer with lists, keys and a text."""
    carry_out(
        small,
        [
            Change("set", ACME, "tags", add=("vip", "emea")),
            Change("set", ACME, "email", add=("a@acme.example", "b@acme.example")),
            Change("set", ACME, "parent", to=BOLT.id),
        ],
        Request("set"),
    )
    return small


def rows(book: Book) -> dict[str, list[tuple[object, ...]]]:
    return {table: [tuple(row) for row in book.index.connection.execute(sql, ACME)] for table, sql in SIDES.items()}


def test_what_did_not_change_is_not_written(book: Book) -> None:
    before = rows(book)
    assert {table: len(found) for table, found in before.items()} == {"items": 2, "tags": 2, "keys": 2, "refs": 2}
    change(book, ACME, "source", "referral")
    assert rows(book) == before
    assert index_differences(book) == []


@pytest.mark.parametrize(
    "changed",
    [
        Change("set", ACME, "tags", add=("cold",), remove=("vip",)),
        Change("set", ACME, "email", remove=("a@acme.example", "b@acme.example")),
        Change("set", ACME, "parent"),
        Change("set", ACME, "body", to="Said hello.\n"),
        Change("set", ACME, "name", to="Other"),
        Change("set", ACME, "archived", to="2026-11-20"),
        Change("set", ACME, "lifecycle", to="customer"),
    ],
    ids=lambda change: change.field,
)
def test_what_changed_is_as_in_a_build(book: Book, changed: Change) -> None:
    carry_out(book, [changed], Request("set"))
    assert index_differences(book) == []
    change(book, ACME, "size", "12")
    change(book, DEAL, "name", "Bigger")
    assert index_differences(book) == []


def test_a_field_that_goes_leaves_nothing(book: Book) -> None:
    change(book, ACME, "size", "12")
    carry_out(book, [Change("set", ACME, "size")], Request("set"))
    found = book.index.row("SELECT size FROM rec_customers WHERE id = ?", (ACME.id,))
    assert found is not None
    assert found[0] is None
    assert index_differences(book) == []


def test_a_file_that_moves_keeps_its_record(book: Book) -> None:
    target = book.root / "customers" / "de" / f"{ACME.id}.md"
    target.parent.mkdir()
    (book.root / "customers" / f"{ACME.id}.md").rename(target)
    book.index.stale()
    assert book.path_of(ACME) == f"customers/de/{ACME.id}.md"
    change(book, ACME, "size", "12")
    assert index_differences(book) == []


def test_two_changes_of_one_look(book: Book) -> None:
    add(book, BOLT._replace(id="chen-9xw2c"))
    edit(book, ACME, "- vip", "- gone")
    edit(book, BOLT, f"name: {BOLT.id}", "name: Bolt\nparent: chen-9xw2c")
    book.index.stale()
    assert index_differences(book) == []
