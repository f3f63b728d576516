"""`crm report` as it is typed: options, every format, notices, and the filter of a row given back to a list."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from crmcli.reports.definitions import DEFINITIONS
from tests.places import ROOT
from tests.reports.hand_book import Made, deal, hand_book

SEARCHED = os.pathsep.join(map(str, (ROOT, ROOT / "formats", ROOT / "hooks", ROOT / "tui")))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("book")
    hand_book(
        root,
        Made("members/anna", fields={"name": "Anna Kern", "region": "West"}),
        deal("a", "2026-01-01 contact", "2026-01-05 won", amount="100.00 EUR", owner="anna"),
        deal("b", "2026-01-01 contact", "2026-01-11 won", amount="50.50 CHF", owner="anna"),
        deal("c", "2026-01-01 contact", "2026-01-05 lost"),
        deal("d", "2026-01-01 offer", amount="30.00 EUR"),
    )
    return root


def crm(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": SEARCHED,
        "CRM_NOW": "2026-02-01T00:00:00+01:00",
        "CRM_BOOK": str(folder),
    }
    command = [sys.executable, "-m", "crmcli", *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, cwd=folder)


def test_without_a_name_the_reports_are_listed(folder: Path) -> None:
    lines = crm(folder, "report").stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["name", "pipeline", "funnel", "won", "activity", "stale"]


def test_a_pipe_gets_tsv_and_people_the_notice(folder: Path) -> None:
    done = crm(folder, "report", "won", "--by", "owner")
    assert done.stdout.splitlines() == [
        "owner\twon\tlost\trate\twon_amount\taverage\tcycle_mean\tcycle_median",
        "anna\t2\t0\t1\t100.00 EUR\t100.00 EUR\t7\t7",
        "\t0\t1\t0\t0.00 EUR\t\t\t",
    ]
    assert done.stderr == "warning: 1 of 2 won deals have no rate in rates.tsv: left out of the sums (b)\n"


def test_json_has_money_as_objects_and_rates_as_numbers(folder: Path) -> None:
    rows = json.loads(crm(folder, "report", "won", "--format", "json", "--quiet").stdout)
    assert rows == [
        {
            "won": 2, "lost": 1, "rate": 0.6667, "won_amount": {"amount": "100.00", "currency": "EUR"},
            "average": {"amount": "100.00", "currency": "EUR"}, "cycle_mean": 7, "cycle_median": 7,
        }
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["pipeline", "funnel", "won", "activity", "stale"])
@pytest.mark.parametrize("form", ["table", "plain", "tsv", "csv", "json", "jsonl", "md", "ids"])
def test_every_report_in_every_format(folder: Path, name: str, form: str) -> None:
    done = crm(folder, "report", name, "--format", form)
    refused = (name, form) == ("won", "ids")  # one row without a name
    assert (done.returncode, "error" in done.stderr) == (2 * refused, refused)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_the_example_of_every_definition_runs(folder: Path, name: str) -> None:
    program, *words = shlex.split(DEFINITIONS[name].example)
    done = crm(folder, *words)
    assert (program, done.returncode, "error" in done.stderr) == ("crm", 0, False)


def test_a_table_has_names_bars_and_totals(folder: Path) -> None:
    text = crm(folder, "report", "won", "--by", "owner", "--format", "table", "--limit", "1").stdout
    assert "Anna Kern" in text
    assert "█" in text
    assert "66.67%" in text


def test_the_filter_of_a_row_given_to_the_list(folder: Path) -> None:
    text = crm(folder, "report", "won", "--by", "owner", "--rows", "Anna Kern").stdout.strip()
    assert text == "is:closed owner:anna"
    assert crm(folder, "deals", text, "--format", "ids").stdout.split() == ["a", "b"]
    text = crm(folder, "report", "funnel", "--rows", "offer").stdout.strip()
    assert crm(folder, "deals", text, "--format", "ids").stdout.split() == ["a", "b", "d"]
    text = crm(folder, "report", "won", "--by", "owner", "--rows", "none").stdout.strip()
    assert crm(folder, "deals", text, "--format", "ids").stdout.split() == ["c"]


def test_under_a_type(folder: Path) -> None:
    assert crm(folder, "deal", "report", "won", "-is:lost").stdout.splitlines()[1].startswith("2\t0\t1")
    refused = crm(folder, "member", "report", "won")
    assert refused.returncode == 2
    assert "member has no pipeline to report on\nhint: types with a pipeline: deal, task" in refused.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("wonn",), 2, "did you mean `won`?"),
        (("won", "--period", "soon"), 2, "--period 'soon': no period"),
        (("won", "--by", "ownr"), 2, "did you mean `owner`?"),
        (("won", "--sort", "wn"), 2, "did you mean `won`?"),
        (("won", "--rows", "nobody", "--by", "owner"), 3, "this report has no row 'nobody'"),
        (("won", "--as-of", "soon"), 2, "--as-of 'soon': no date"),
        (("won", "--perod", "2017"), 2, "did you mean --period?"),
    ],
)
def test_what_cannot_be_asked(folder: Path, words: tuple[str, ...], code: int, said: str) -> None:
    done = crm(folder, "report", *words)
    assert done.returncode == code
    assert said in done.stderr
