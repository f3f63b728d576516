"""The Maven book, made once for all tests that ask it, and the clock of that time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crmcli.store.book import Book, open_book
from tests.reports.maven import Row, read_rows, write_book


@pytest.fixture(scope="session")
def maven_rows(shared_data: Path) -> list[Row]:
    return read_rows(shared_data / "maven_crm")


@pytest.fixture(scope="session")
def maven_folder(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("maven")
    write_book(root, shared_data / "maven_crm")
    return root


@pytest.fixture
def maven(maven_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Book]:
    monkeypatch.setenv("CRM_NOW", "2018-01-02T12:00:00-05:00")
    book = open_book(maven_folder)
    yield book
    book.index.close()
