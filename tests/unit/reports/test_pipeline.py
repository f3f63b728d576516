from __future__ import annotations

from pathlib import Path

from crmcli.reports.pipeline import open_pipeline
from crmcli.reports.request import ReportRequest
from crmcli.reports.table import Table
from tests.reports.hand_book import Made, deal, hand_book

PROJECT = 'for = "deal"\n[stage.offer]\nodds = "40%"\n[stage.won]\nkind = "won"\n'

PLAIN = ReportRequest()


def pipeline(root: Path, *made: Made, request: ReportRequest = PLAIN, more: dict[str, str] | None = None) -> Table:
    book = hand_book(root, *made, more=more)
    try:
        return open_pipeline(book, request).table
    finally:
        book.index.close()


def test_open_deals_by_stage_in_order_empty_ones_too(tmp_path: Path) -> None:
    table = pipeline(
        tmp_path,
        deal("a", "2026-01-01 offer", amount="10.01 EUR"),
        deal("b", "2026-01-01 offer", amount="10.02 EUR"),
        deal("c", "2026-01-01 contact", amount="5.00 EUR"),
        deal("d", "2026-01-01 won", amount="99.00 EUR"),
        deal("e", "2026-01-01 hold", amount="99.00 EUR"),
    )
    assert [tuple(row) for row in table.rows] == [("contact", 1, 500, 50), ("offer", 2, 2003, 1002), ("deal", 0, 0, 0)]
    assert tuple(table.totals) == (None, 3, 2503, 1052)  # 10.515 rounded once: halves to the even cent


def test_a_deal_s_own_odds_win(tmp_path: Path) -> None:
    table = pipeline(tmp_path, deal("a", "2026-01-01 offer", amount="100.00 EUR", odds="33%"))
    assert tuple(table.totals) == (None, 1, 10000, 3300)


def test_no_amount_is_said(tmp_path: Path) -> None:
    table = pipeline(tmp_path, deal("a", "2026-01-01 offer"), deal("b", "2026-01-01 offer", amount="1.00 EUR"))
    assert table.warnings == ("1 of 2 open deals have no amount",)


def test_by_any_path(tmp_path: Path) -> None:
    anna = Made("members/anna", fields={"name": "Anna", "region": "West"})
    made = [deal("a", "2026-01-01 offer", owner="anna"), deal("b", "2026-01-01 offer"), anna]
    table = pipeline(tmp_path, *made, request=ReportRequest(by=("owner.region",)))
    assert [row[:2] for row in table.rows] == [("West", 1), (None, 1)]
    assert [column.name for column in table.columns] == ["owner.region", "count", "amount", "weighted"]


def test_the_period_is_about_the_expected_close(tmp_path: Path) -> None:
    made = [deal("a", "2025-01-01 offer", close="2026-03-01"), deal("b", "2026-03-01 offer", close="2026-05-01")]
    table = pipeline(tmp_path, *made, request=ReportRequest(period="2026-q1"))
    assert table.totals[1] == 1


def test_several_pipelines_have_their_own_rows(tmp_path: Path) -> None:
    made = [
        deal("a", "2026-01-01 offer", pipeline="sales", amount="10.00 EUR"),
        deal("b", "2026-01-01 offer", pipeline="project", amount="10.00 EUR"),
    ]
    table = pipeline(tmp_path, *made, more={"pipelines/project.toml": PROJECT})
    assert [(row[0], row[1], row[2], row[4]) for row in table.rows] == [
        ("project", "offer", 1, 400), ("sales", "contact", 0, 0), ("sales", "offer", 1, 500), ("sales", "deal", 0, 0),
    ]  # fmt: skip


def test_nothing_open_still_shows_the_stages(tmp_path: Path) -> None:
    table = pipeline(tmp_path)
    assert [tuple(row) for row in table.rows] == [("contact", 0, 0, 0), ("offer", 0, 0, 0), ("deal", 0, 0, 0)]
