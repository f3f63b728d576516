"""A dry run leaves every byte of the book as it was, also where there is something to journal or to finish."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.actions.set import set_fields
from crmcli.engines.bulk import BulkOp
from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.store.book import Book
from tests.books import make_book, reopen

ACME = Ref("customers", "acme")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    book = make_book(tmp_path / "book")
    carry_out(book, [Change("create", ACME, record={"name": "Acme"})], Request("add"))
    path = book.root / "customers" / "acme.md"
    path.write_text(path.read_text(encoding="utf-8").replace("name: Acme", "name: Acme AG"), encoding="utf-8")
    return reopen(book)


def bytes_of(root: Path) -> dict[str, bytes]:
    kept = (path for path in sorted(root.rglob("*")) if path.is_file() and "index.db" not in path.name)
    return {str(path.relative_to(root)): path.read_bytes() for path in kept}


def test_set_writes_nothing_and_journals_no_hand_edit(book: Book) -> None:
    before = bytes_of(book.root)
    outcome = set_fields(book, [ACME], ["size=12"], dry_run=True)
    assert [(event.field, event.to) for event in outcome.events] == [("size", "12")]
    assert outcome.dry
    assert bytes_of(book.root) == before
    assert carry_out(reopen(book), [Change("set", ACME, "size", to="12")], Request("set")).op
    assert bytes_of(book.root) != before


def test_bulk_writes_nothing(book: Book) -> None:
    before = bytes_of(book.root)
    with BulkOp(book, Request("import", dry_run=True)) as op:
        op.take([(ACME, [Change("set", ACME, "size", to="12")])])
        assert op.finish().changed == 1
    assert bytes_of(book.root) == before
