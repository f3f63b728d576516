from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.books import Place
from tests.tui.round_book import NOW, make_round_book


@pytest.fixture(scope="package")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRM_ME", "anna")
        book = make_round_book(tmp_path_factory.mktemp("round") / "book", patch)
        yield Place(book)


@pytest.fixture
def root(place: Place, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the book, as it was made; it is Friday afternoon."""
    monkeypatch.setenv("CRM_NOW", NOW)
    place.fresh()
    return place.root
