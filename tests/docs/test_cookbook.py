"""The pages are run: the `$` lines of their console blocks, as they stand, in an empty folder; the output is compared.

`MAVEN` is the folder of the Maven CRM data set, `SAMPLE` the repository's sample-data. `--update` rewrites the pages.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.runner.check import check_page
from tests.cli.runner.page import parse_page
from tests.places import ROOT, SAMPLE, shared_data_folder

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", DOCS / "tutorial.md", DOCS / "teamwork.md", *sorted((DOCS / "cookbook").glob("*.md"))]


@pytest.mark.parametrize("page", [page for page in PAGES if page.exists()], ids=lambda page: page.name)
def test_a_page_prints_what_it_says(page: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    text = page.read_text(encoding="utf-8")
    assert parse_page(text).steps, "the page has no console block"
    if "$MAVEN" in text:
        request.getfixturevalue("shared_data")
    variables = {"MAVEN": str(shared_data_folder() / "maven_crm"), "SAMPLE": str(SAMPLE)}
    check_page(page, tmp_path, variables=variables, update=request.config.getoption("--update"))
