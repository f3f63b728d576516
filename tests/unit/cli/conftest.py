"""The small book in a folder, and its command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.memory import FILES, Crm, run_in_memory


@pytest.fixture
def book(tmp_path: Path) -> Path:
    root = tmp_path / "book"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
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
