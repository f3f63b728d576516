"""A small book to spoil: made once, copied for every fault."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.store.book import Book
from tests.books import Place, make_book
from tests.environment import NOW

ACME, BOLT, CHEN = (Ref("customers", name) for name in ("acme-7k3f9", "bolt-2m4pq", "chen-9xw2c"))
DEAL = Ref("deals", "big-4x8zt")


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A book with three customers and a deal."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRM_NOW", NOW)
        book = make_book(tmp_path_factory.mktemp("template") / "book")
        changes = [Change("create", ref, record={"name": ref.id, "country": "NO"}) for ref in (ACME, BOLT, CHEN)]
        changes.append(Change("create", DEAL, record={"name": "Big", "customer": ACME.id}))
        carry_out(book, changes, Request("add"))
        book.index.close()
        return Place(book)


@pytest.fixture
def fresh_book(place: Place, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Book]:
    """The book as it was made; each call puts it back."""
    monkeypatch.setenv("CRM_NOW", NOW)
    return place.fresh


@pytest.fixture
def book(fresh_book: Callable[[], Book]) -> Book:
    """One copy."""
    return fresh_book()
