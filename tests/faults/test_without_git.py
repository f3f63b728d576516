"""A book in a repository, on a machine without git: it works as one outside of git."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crmcli.errors import FAILED, OK
from crmcli.store.book import Book, open_book
from tests.books import make_book
from tests.storing import git, journal_events, replay_differences
from tests.unit.cli.memory import run_in_memory
from tests.unit.store.conftest import ACME, BOLT, add, commit, edit


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Book:
    """A clone that git was never taught in, with a commit made without crm and a hand edit; then git goes."""
    book = make_book(tmp_path / "book", with_git=True)
    add(book, ACME, country="NO")
    add(book, BOLT, country="NO")
    edit(book, ACME, "country: NO", "country: SE")
    commit(book.root)
    edit(book, BOLT, "country: NO", "country: DK")
    git(book.root, "config", "--remove-section", "merge.crm")
    book.index.close()
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", os.fspath(tmp_path / "empty"))
    return open_book(book.root)


def crm(book: Book, *words: str) -> tuple[int, str]:
    shown = run_in_memory("--book", str(book.root), *words)
    return shown.code, shown.err


def test_it_is_read_and_written(shared: Book) -> None:
    for words in (
        ["customers"],
        ["set", ACME.id, "size=3"],
        ["check"],
        ["log", BOLT.id, "called"],
        ["journal", "drift"],
    ):
        assert crm(shared, *words)[0] == OK, words
    told = {(event.on, event.field): event.via for event in journal_events(shared.root) if event.do == "set"}
    assert told == {(str(ACME), "country"): "hand", (str(ACME), "size"): "cli", (str(BOLT), "country"): "hand"}
    assert replay_differences(open_book(shared.root)) == []


def test_a_book_is_made(tmp_path: Path, shared: Book) -> None:
    code, said = crm(shared, "init", str(tmp_path / "other"), "--name", "Kern", "--no-input")
    assert code == OK
    assert "git is not installed: the book works without it, sharing it does not" in said


def test_what_needs_git_says_so(shared: Book) -> None:
    code, said = crm(shared, "resolve")
    assert code == FAILED
    assert "git is not installed, or not on the PATH" in said
