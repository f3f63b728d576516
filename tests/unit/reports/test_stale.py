from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.reports.request import ReportRequest
from crmcli.reports.stale import NoGroupsHereError, stale_deals
from crmcli.reports.table import Table
from tests.reports.hand_book import Logged, Made, deal, hand_book

PLAIN = ReportRequest()


def stale(root: Path, *made: Made | Logged, request: ReportRequest = PLAIN) -> Table:
    book = hand_book(root, *made)
    try:
        return stale_deals(book, request).table
    finally:
        book.index.close()


def found(table: Table) -> list[tuple[object, ...]]:
    """Id, hundredths of days, reason."""
    return [(row[0], row[5], row[7]) for row in table.rows]


def task(due: str, stage: str = "todo") -> Made:
    return Made("tasks/t", [("2026-01-01", stage)], {"text": "call", "on": "deals/a", "due": due})


def test_past_its_rot_and_not_on_the_last_day(tmp_path: Path) -> None:
    on_time = deal("a", "2026-01-18 contact")  # 14 days before 1 February
    late = deal("b", "2026-01-17 contact")
    assert found(stale(tmp_path, on_time, late)) == [("b", 1500, "stage")]


def test_the_greatest_amount_first(tmp_path: Path) -> None:
    made = [
        deal("a", "2026-01-01 contact"),
        deal("b", "2026-01-01 contact", amount="5.00 EUR"),
        deal("c", "2026-01-01 contact", amount="9.00 EUR"),
    ]
    assert [row[0] for row in stale(tmp_path, *made).rows] == ["c", "b", "a"]


def test_a_touch_starts_anew(tmp_path: Path) -> None:
    made = deal("a", "2025-12-01 contact")
    assert found(stale(tmp_path, made, Logged("deals/a", "2026-01-10"))) == [("a", 2200, "touch")]
    assert found(stale(tmp_path / "b", made, Logged("deals/a", "2026-01-25"))) == []
    assert found(stale(tmp_path / "c", made, Logged("deals/a", "2026-01-25", kind="note"))) == [("a", 6200, "stage")]


def test_imports_are_no_sign_of_life_but_the_stage_s_own_date_is(tmp_path: Path) -> None:
    made = deal("a", "2026-01-10 contact")._replace(via="import:x")
    assert found(stale(tmp_path, made)) == [("a", 2200, "stage")]


def test_a_task_to_come_suspends_it(tmp_path: Path) -> None:
    made = deal("a", "2025-12-01 contact")
    assert found(stale(tmp_path, made, task("2026-03-01"))) == []
    assert len(found(stale(tmp_path / "b", made, task("2026-01-30")))) == 1
    assert len(found(stale(tmp_path / "c", made, task("2026-03-01", "done")))) == 1


def test_stages_without_rot_and_closed_records_never_are(tmp_path: Path) -> None:
    made = [
        deal("a", "2020-01-01 deal"),
        deal("b", "2020-01-01 won"),
        deal("c", "2020-01-01 lost"),
        deal("d", "2020-01-01 hold"),
    ]
    assert [row[0] for row in stale(tmp_path, *made).rows] == ["d"]


@pytest.mark.parametrize("request_", [ReportRequest(by=("owner",)), ReportRequest(period="2026")])
def test_groups_and_periods_are_refused(tmp_path: Path, request_: ReportRequest) -> None:
    with pytest.raises(NoGroupsHereError, match="it has no --"):
        stale(tmp_path, request=request_)
