"""The small book in a folder, and its command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.books import write_files
from tests.unit.cli.memory import FILES, Crm, run_in_memory


@pytest.fixture
def book(tmp_path: Path) -> Path:
    root = tmp_path / "book"
    write_files(root, FILES)
    return root


@pytest.fixture
def crm(book: Path, monkeypatch: pytest.MonkeyPatch) -> Crm:
    """`crm("deals", "+hot")` in the book's folder."""
    monkeypatch.chdir(book)
    return run_in_memory


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Crm:
    """`crm(…)` where there is no book."""
    monkeypatch.chdir(tmp_path)
    return run_in_memory
