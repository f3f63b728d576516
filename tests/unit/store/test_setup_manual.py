from __future__ import annotations

import pytest

from crmcli.store.setup.manual import engine_files_page
from tests.places import ROOT

PAGE = ROOT / "docs" / "reference" / "engine-files.md"


def test_the_page_of_the_engine_files_is_current(request: pytest.FixtureRequest) -> None:
    """Written anew with `pytest --update`."""
    if request.config.getoption("--update"):
        PAGE.write_text(engine_files_page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == engine_files_page()


def test_every_word_says_something() -> None:
    rows = [line for line in engine_files_page().splitlines() if line.startswith("| `")]
    assert len(rows) > 100
    assert [row for row in rows if len(row.split("|")[2].strip()) < 8] == []
