"""What tells a machine from others, where its system has no id."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmcli.store import machine
from crmcli.store.book import open_book
from crmcli.store.holders import letters_here
from tests.books import make_book


@pytest.fixture(autouse=True)
def without_an_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A system without an id, and a host of one name."""
    monkeypatch.setattr(machine, "_FILES", ())
    monkeypatch.setenv("CRM_CONFIG", os.fspath(tmp_path / "settings"))
    rename_host(monkeypatch, "desk.office.example")
    yield
    machine.machine.cache_clear()


def rename_host(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(platform, "node", lambda: name)
    machine.machine.cache_clear()


def test_it_stays_itself_when_the_host_is_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = make_book(tmp_path / "book")
    before, me = letters_here(book.root, book.state), book.me
    rename_host(monkeypatch, "desk.home.example")
    again = open_book(book.root)
    assert again.me == me
    assert machine.is_of_this_machine((again.state / "clone").read_text(encoding="utf-8"))
    assert letters_here(again.root, again.state) == before


def test_two_users_are_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = machine.machine()
    monkeypatch.setenv("CRM_CONFIG", os.fspath(tmp_path / "other"))
    machine.machine.cache_clear()
    assert machine.machine() != first


def test_of_two_that_draw_at_once_the_first_counts(tmp_path: Path) -> None:
    path = tmp_path / "settings/machine"
    machine._draw(path)
    first = path.read_bytes()
    machine._draw(path)
    assert path.read_bytes() == first
    assert [entry.name for entry in path.parent.iterdir()] == ["machine"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_where_nothing_can_be_kept_the_name_stands_for_it(tmp_path: Path) -> None:
    (tmp_path / "settings").write_text("no folder", encoding="utf-8")
    assert machine.machine() == "desk.office.example"
