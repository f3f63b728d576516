"""A small book to spoil: made once, copied for every fault."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.store.book import Book, open_book
from tests.books import make_book
from tests.environment import NOW

ACME, BOLT, CHEN = (Ref("customers", name) for name in ("acme-7k3f9", "bolt-2m4pq", "chen-9xw2c"))
DEAL = Ref("deals", "big-4x8zt")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with three customers and a deal."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRM_NOW", NOW)
        book = make_book(tmp_path_factory.mktemp("template") / "book")
        changes = [Change("create", ref, record={"name": ref.id, "country": "NO"}) for ref in (ACME, BOLT, CHEN)]
        changes.append(Change("create", DEAL, record={"name": "Big", "customer": ACME.id}))
        carry_out(book, changes, Request("add"))
        book.index.close()
    return book.root


@pytest.fixture
def fresh_book(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Book]:
    """Copies of the template, each a book of its own."""
    monkeypatch.setenv("CRM_NOW", NOW)
    made = 0

    def copy() -> Book:
        nonlocal made
        made += 1
        target = tmp_path / f"book{made}"
        shutil.copytree(template, target)
        return open_book(target)

    return copy


@pytest.fixture
def book(fresh_book: Callable[[], Book]) -> Book:
    """One copy."""
    return fresh_book()
