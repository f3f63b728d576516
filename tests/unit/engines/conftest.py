"""A book for the engines."""

from pathlib import Path

import pytest

from crmcli.store.book import Book
from tests.books import make_book


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """A fresh book outside git."""
    return make_book(tmp_path / "book")
