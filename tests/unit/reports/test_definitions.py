"""The page of definitions, and that `--explain`, page, table of reports and columns speak of the same things."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.reports.definitions import DEFINITIONS
from crmcli.reports.explain import explain_report
from crmcli.reports.labels import LABELS
from crmcli.reports.reference import reference_page
from crmcli.reports.registry import REPORTS, ReportUnknownError, report_names, run_report
from crmcli.reports.request import ReportRequest
from tests.places import ROOT
from tests.reports.hand_book import hand_book

PAGE = ROOT / "docs" / "reference" / "reports.md"


def test_the_page_is_made_from_the_definitions() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference_page()


def test_every_report_has_a_definition_and_is_listed() -> None:
    assert list(REPORTS) == list(DEFINITIONS) == [row[0] for row in report_names("en").rows]
    assert report_names("zh").rows[0][1] == DEFINITIONS["pipeline"].says[1]


@pytest.mark.parametrize("name", REPORTS)
def test_every_figure_is_defined_and_every_definition_is_a_figure(tmp_path: Path, name: str) -> None:
    book = hand_book(tmp_path)
    columns = [column.name for column in run_report(book, name, ReportRequest()).table.columns]
    book.index.close()
    defined = [word for word, _ in DEFINITIONS[name].columns]
    assert [word for word in columns if word in defined] == defined
    shared = {"stage", "by", "kind", "id", "name", "owner", "amount"}  # groups, and the record's own fields
    assert set(columns) - set(defined) <= shared
    assert set(defined) <= set(LABELS)


def test_explain_says_what_the_words_come_to(tmp_path: Path) -> None:
    book = hand_book(tmp_path)
    lines = explain_report(book, "won", ReportRequest(("owner:anna",), "2017-q1"))
    book.index.close()
    assert lines[0] == "won: Won and lost: rate, value, cycle"
    assert lines[-2].split() == ["period", "2017-01-01..2017-03-31"]
    assert lines[-1].endswith("crm deals 'owner:anna is:closed closed:2017-01-01..2017-03-31'")
    for word in ("denominator", "clock", "--period", "left out"):
        assert any(line.startswith(word) for line in lines)


def test_unknown_reports_are_refused(tmp_path: Path) -> None:
    book = hand_book(tmp_path, more={"reports/mine.toml": 'title = "mine"\n'})
    with pytest.raises(ReportUnknownError) as refused:
        run_report(book, "funel", ReportRequest())
    assert refused.value.hint == "did you mean `funnel`?"
    with pytest.raises(ReportUnknownError, match=r"reports/mine\.toml cannot be run"):
        run_report(book, "mine", ReportRequest())
