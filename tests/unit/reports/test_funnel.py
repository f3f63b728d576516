from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.render.table import table_text
from crmcli.reports.funnel import stage_funnel
from crmcli.reports.request import ReportRequest
from crmcli.reports.table import Table
from tests.reports.hand_book import Made, deal, hand_book

NAMES = ("entered", "advanced", "conversion", "days", "lost", "running", "visited", "of_all")

PLAIN = ReportRequest()


def funnel(root: Path, *deals: Made, request: ReportRequest = PLAIN) -> Table:
    book = hand_book(root, *deals)
    try:
        return stage_funnel(book, request).table
    finally:
        book.index.close()


def row(table: Table, stage: str) -> dict[str, object]:
    cells = next(cells for cells in table.rows if cells[-9] == stage)
    return dict(zip(NAMES, cells[-8:], strict=True))


def counts(table: Table, *names: str) -> list[tuple[object, ...]]:
    places = [NAMES.index(name) - 8 for name in names]
    return [tuple(cells[place] for place in places) for cells in table.rows]


def test_who_skips_a_stage_has_entered_it(tmp_path: Path) -> None:
    table = funnel(tmp_path, deal("a", "2026-01-01 contact", "2026-01-11 deal", "2026-01-15 won"))
    assert counts(table, "entered", "visited", "advanced") == [(1, 1, 1), (1, 0, 1), (1, 1, 1), (1, 1, None)]
    assert row(table, "contact")["days"] == 1000
    assert row(table, "offer")["days"] is None


def test_back_and_forth_counts_once_and_adds_the_visits_up(tmp_path: Path) -> None:
    table = funnel(
        tmp_path,
        deal(
            "a", "2026-01-01 contact", "2026-01-05 offer", "2026-01-07 contact", "2026-01-10 offer", "2026-01-20 lost"
        ),
    )
    assert counts(table, "entered", "visited", "advanced", "lost") == [
        (1, 1, 1, 0),
        (1, 1, 0, 1),
        (0, 0, 0, 0),
        (0, 0, None, None),
    ]
    assert row(table, "contact")["days"] == 700
    assert row(table, "offer")["days"] == 1200


def test_who_went_back_counts_where_it_came_furthest(tmp_path: Path) -> None:
    table = funnel(tmp_path, deal("a", "2026-01-01 contact", "2026-01-05 deal", "2026-01-07 contact"))
    assert counts(table, "entered", "advanced", "running") == [(1, 1, 0), (1, 1, 0), (1, 0, 1), (0, None, None)]
    assert row(table, "contact")["days"] is None  # it is there again, and its time is not over
    assert row(table, "deal")["days"] == 200


def test_a_reopened_deal_is_won_only_while_it_is(tmp_path: Path) -> None:
    again = deal("a", "2026-01-01 contact", "2026-01-05 won", "2026-01-09 offer")
    once = deal("b", "2026-01-01 contact", "2026-01-05 won", "2026-01-09 offer", "2026-01-12 won")
    table = funnel(tmp_path, again, once)
    assert (row(table, "won")["entered"], row(table, "won")["visited"]) == (1, 2)
    assert counts(table, "entered", "advanced", "running")[:3] == [(2, 2, 0), (2, 1, 1), (1, 1, 0)]


def test_lost_and_on_hold_count_in_the_stages_they_passed(tmp_path: Path) -> None:
    table = funnel(
        tmp_path,
        deal("a", "2026-01-01 contact", "2026-01-03 offer", "2026-01-05 lost"),
        deal("b", "2026-01-01 contact", "2026-01-03 hold"),
        deal("c", "2026-01-01 lost"),
    )
    assert counts(table, "entered", "advanced", "lost", "running")[:2] == [(2, 1, 0, 1), (1, 0, 1, 0)]
    assert tuple(table.totals) == (None, 3, 0, 0, None, 2, 1, None, None)
    assert table.warnings == ("1 of 3 deals were in no open stage and are not won: in the total, in no stage",)


def test_the_median_of_the_days_is_exact(tmp_path: Path) -> None:
    days = ("02", "04", "07", "12")  # 1, 3, 6, 11 days: the median is 4.5
    table = funnel(tmp_path, *(deal(f"a{day}", "2026-01-01 contact", f"2026-01-{day} lost") for day in days))
    assert row(table, "contact")["days"] == 450


def test_a_cohort_is_what_was_created_in_the_period(tmp_path: Path) -> None:
    deals = [deal("a", "2025-12-31 contact", "2026-01-05 won"), deal("b", "2026-01-01 contact")]
    table = funnel(tmp_path, *deals, request=ReportRequest(period="2026-01"))
    assert counts(table, "entered") == [(1,), (0,), (0,), (0,)]


def test_a_period_without_records_has_its_stages_and_no_shares(tmp_path: Path) -> None:
    table = funnel(tmp_path, deal("a", "2026-01-01 contact"), request=ReportRequest(period="2019"))
    assert [cells[0] for cells in table.rows] == ["contact", "offer", "deal", "won"]
    assert counts(table, "entered", "conversion", "of_all", "days") == [(0, None, None, None)] * 4


def test_a_funnel_for_each_group(tmp_path: Path) -> None:
    deals = [deal("a", "2026-01-01 contact", owner="anna"), deal("b", "2026-01-01 offer")]
    table = funnel(tmp_path, *deals, request=ReportRequest(by=("owner",)))
    assert [tuple(cells[:3]) for cells in table.rows] == [
        ("anna", "contact", 1), ("anna", "offer", 0), ("anna", "deal", 0), ("anna", "won", 0),
        (None, "contact", 1), (None, "offer", 1), (None, "deal", 0), (None, "won", 0),
    ]  # fmt: skip


def test_a_screen_of_80_cells_shows_what_is_asked_most(tmp_path: Path) -> None:
    table = funnel(tmp_path, deal("a", "2026-01-01 contact", "2026-01-11 offer", "2026-01-15 won"))
    heading, *_, left_out = table_text(table, width=80, colour=False, numbered=False).splitlines()
    assert heading.split() == ["stage", "entered", "advanced", "conversion", "days", "lost"]
    assert left_out == "no room for running, visited, of_all"


JOURNEYS = st.lists(
    st.lists(st.sampled_from(["contact", "offer", "deal", "won", "lost", "hold"]), min_size=1, max_size=6),
    min_size=1,
    max_size=6,
)


@given(JOURNEYS)
def test_who_entered_advanced_was_lost_or_runs_on(
    tmp_path_factory: pytest.TempPathFactory, journeys: Sequence[Sequence[str]]
) -> None:
    deals = [
        deal(f"d{number}", *(f"2026-01-{day:02d} {stage}" for day, stage in enumerate(stages, 1)))
        for number, stages in enumerate(journeys)
    ]
    table = funnel(tmp_path_factory.mktemp("funnel"), *deals)
    steps = [row(table, stage) for stage in ("contact", "offer", "deal")]
    for step, following in zip(steps, [*steps[1:], row(table, "won")], strict=True):
        assert step["entered"] == sum(int(str(step[name])) for name in ("advanced", "lost", "running"))
        assert following["entered"] == step["advanced"]
    won = sum(1 for stages in journeys if stages[-1] == "won")
    assert (steps[-1]["advanced"], row(table, "won")["entered"]) == (won, won)
