"""The rich book, made once, and its command line in this process."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contract.book import make_book
from tests.environment import NOW
from tests.unit.cli.memory import Shown, run_in_memory

Ask = Callable[..., Shown]


@pytest.fixture(scope="session")
def rich_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book as it was made; tests that write take a copy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRM_NOW", NOW)
        patch.setenv("CRM_RANDOM", "7")
        book = make_book(tmp_path_factory.mktemp("contract") / "book")
        for words in (
            "hook trust cheer --yes",
            "set qingdao-line source=fair",
            "move qingdao-line proposal",
            "journal drift",
        ):
            done = run_in_memory("--book", str(book), *words.split())
            assert done.code == 0, done.err
        return book


@pytest.fixture
def ask(rich_book: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """`ask("deals", "--format", "json")` in the book."""
    monkeypatch.setenv("CRM_NOW", NOW)
    monkeypatch.chdir(rich_book)
    return run_in_memory


@pytest.fixture
def own(rich_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """The same in a copy that may be changed."""
    copy = tmp_path / "book"
    shutil.copytree(rich_book, copy)
    monkeypatch.setenv("CRM_NOW", NOW)
    monkeypatch.chdir(copy)
    return run_in_memory
