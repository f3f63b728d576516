"""CSV that people open in a spreadsheet: no cell is a formula, and what is read back is what was written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.render.scripts import csv, tsv
from crmcli.reports.cells import TEXT
from crmcli.reports.table import Column, Table
from crmcli.text.display import safe
from crmcli.text.spreadsheet import guarded, unguarded
from crmcli_formats import csv as files

CELLS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp"]) | st.sampled_from("=+-@'\t0 ("), max_size=8
)


@given(CELLS)
def test_a_guard_is_taken_off_again(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text) in (text, f"'{text}")


def table(texts: list[str]) -> Table:
    return Table(
        (Column("id", "id", TEXT), Column("name", "name", TEXT)), [("x", text) for text in texts], found=len(texts)
    )


def test_what_csv_writes_is_read_back(shared_data: Path, tmp_path: Path) -> None:
    payloads = (shared_data / "csv_injection/csv-payload.txt").read_text(encoding="utf-8").splitlines()
    naughty = json.loads((shared_data / "naughty_strings/blns.json").read_text(encoding="utf-8"))
    texts = [text for text in [*payloads, *naughty] if safe(text) == text and text.strip()]
    assert len(texts) > 300
    path = tmp_path / "list.csv"
    path.write_text("".join(csv(table(texts))), encoding="utf-8", newline="")
    with files.Table(path) as read:
        assert [row.cells[1] for row in read] == texts
    for line in path.read_text(encoding="utf-8").splitlines():
        cell = line.partition(",")[2].lstrip('"')
        assert cell[:1] not in ("=", "@"), cell


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|x!A0", "\t=1", "＝1", "-"])
def test_a_formula_is_guarded(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "-5", "-5.00 EUR", "+49 30 123456", "+49 (0)30/123-45", "-12,5 %", "'quoted'", "a=b", "O'Neil", "🙂"]
)
def test_numbers_and_phones_stay_as_they_are(text: str) -> None:
    assert guarded(text) == text


def test_tsv_is_for_scripts_and_stays_exact() -> None:
    assert "".join(tsv(table(["=1+1"]))) == "id\tname\nx\t=1+1\n"
