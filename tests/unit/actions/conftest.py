"""A book at a fixed time."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.store.book import Book
from tests.books import make_book
from tests.environment import NOW


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Book:
    monkeypatch.setenv("CRM_NOW", NOW)
    return make_book(tmp_path / "book")
