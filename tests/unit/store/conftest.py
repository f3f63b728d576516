"""Books for the tests of the store, outside git and inside."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Fields, Ref
from crmcli.store.book import Book
from tests.books import make_book
from tests.environment import NOW
from tests.storing import git

ACME, BOLT = Ref("customers", "acme-7k3f9"), Ref("customers", "bolt-2m4pq")
DEAL = Ref("deals", "big-4x8zt")


def add(book: Book, ref: Ref, **fields: str | list[str]) -> None:
    """Make a record."""
    record: Fields = {"name": ref.id, **fields}
    carry_out(book, [Change("create", ref, record=record)], Request("add"))


def change(book: Book, ref: Ref, field: str, value: str) -> None:
    """Set a field."""
    carry_out(book, [Change("set", ref, field, to=value)], Request("set"))


def edit(book: Book, ref: Ref, old: str, new: str) -> None:
    """Edit a record's file as a person would."""
    path = next((book.root / ref.plural).rglob(f"{ref.id}.md"))
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def commit(root: Path, who: str = "Bob <bob@x.example>", when: str = "2026-11-19T09:00:00+01:00") -> None:
    """Commit everything without crm."""
    git(root, "add", "-A")
    git(root, "commit", "-q", "--no-verify", "--allow-empty", f"--author={who}", f"--date={when}", "-m", "x")


@pytest.fixture(autouse=True)
def fixed_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Friday afternoon."""
    monkeypatch.setenv("CRM_NOW", NOW)
    monkeypatch.setenv("GIT_COMMITTER_DATE", NOW)


@pytest.fixture
def small(tmp_path: Path) -> Book:
    """A book outside git with two customers and a deal."""
    return _filled(make_book(tmp_path / "book"))


@pytest.fixture
def shared(tmp_path: Path) -> Book:
    """The same in git, committed."""
    book = _filled(make_book(tmp_path / "book", with_git=True))
    commit(book.root)
    return book


def _filled(book: Book) -> Book:
    for ref in (ACME, BOLT):
        add(book, ref, country="NO")
    add(book, DEAL, customer=ACME.id)
    return book
