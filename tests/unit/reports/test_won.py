from __future__ import annotations

from pathlib import Path

from crmcli.reports.request import ReportRequest
from crmcli.reports.table import Table
from crmcli.reports.won import won_deals
from tests.reports.hand_book import Made, deal, hand_book

RATES = "2026-01-01\tUSD\t0.90\n2026-01-10\tUSD\t0.80\n"

PLAIN = ReportRequest()


def won(root: Path, *made: Made, request: ReportRequest = PLAIN, rates: str = "") -> Table:
    book = hand_book(root, *made, rates=rates)
    try:
        return won_deals(book, request).table
    finally:
        book.index.close()


def test_won_lost_rate_value_and_cycle(tmp_path: Path) -> None:
    table = won(
        tmp_path,
        deal("a", "2026-01-01 contact", "2026-01-05 won", amount="100.00 EUR"),
        deal("b", "2026-01-01 contact", "2026-01-10 won", amount="100.01 EUR"),
        deal("c", "2026-01-01 contact", "2026-01-02 lost", amount="999.00 EUR"),
        deal("d", "2026-01-01 contact", amount="999.00 EUR"),
    )
    assert [tuple(row) for row in table.rows] == [(2, 1, 6667, 20001, 10000, 650, 650)]


def test_a_reopened_deal_closed_when_it_last_did(tmp_path: Path) -> None:
    table = won(tmp_path, deal("a", "2026-01-01 contact", "2026-01-05 lost", "2026-01-08 offer", "2026-01-11 won"))
    assert (table.rows[0][0], table.rows[0][1], table.rows[0][5]) == (1, 0, 1000)
    assert won(tmp_path / "b", deal("a", "2026-01-01 contact", "2026-01-05 won", "2026-01-08 offer")).rows[0][:2] == (
        0,
        0,
    )


def test_a_cycle_over_the_change_to_summer_time_is_whole_days(tmp_path: Path) -> None:
    table = won(tmp_path, deal("a", "2026-03-28 contact", "2026-03-30 won"))
    assert table.rows[0][5] == 200


def test_two_currencies_are_added_in_the_book_s_at_their_days_rate(tmp_path: Path) -> None:
    table = won(
        tmp_path,
        deal("a", "2026-01-01 contact", "2026-01-05 won", amount="100.00 EUR"),
        deal("b", "2026-01-01 contact", "2026-01-05 won", amount="100.00 USD"),
        deal("c", "2026-01-01 contact", "2026-01-20 won", amount="100.00 USD", close="2026-01-15"),
        rates=RATES,
    )
    assert table.rows[0][3:5] == (27000, 9000)
    assert table.warnings == ()


def test_what_has_no_rate_is_left_out_of_the_sum_and_named(tmp_path: Path) -> None:
    table = won(
        tmp_path,
        deal("a", "2026-01-01 contact", "2026-01-05 won", amount="100.00 EUR"),
        deal("b", "2026-01-01 contact", "2026-01-05 won", amount="100.00 CHF"),
        deal("c", "2026-01-01 contact", "2026-01-05 won"),
        rates=RATES,
    )
    assert table.rows[0][:5] == (3, 0, 10000, 10000, 10000)
    assert table.warnings == (
        "1 of 3 won deals have no rate in rates.tsv: left out of the sums (b)",
        "1 of 3 won deals have no amount",
    )


def test_a_period_in_which_nothing_closed(tmp_path: Path) -> None:
    made = deal("a", "2026-01-01 contact", "2026-01-05 won", amount="1.00 EUR", owner="anna")
    nothing = won(tmp_path, made, request=ReportRequest(period="2019"))
    assert [tuple(row) for row in nothing.rows] == [(0, 0, None, 0, None, None, None)]
    grouped = won(tmp_path / "by", made, request=ReportRequest(period="2019", by=("owner",)))
    assert (list(grouped.rows), grouped.totals, grouped.found) == ([], (), 0)


def test_the_period_is_that_of_the_book_s_zone(tmp_path: Path) -> None:
    made = deal("a", "2026-01-01 contact", "2026-01-31T23:30:00Z won")  # 00:30 on 1 February in Berlin
    assert won(tmp_path, made, request=ReportRequest(period="2026-02")).rows[0][0] == 1
    assert won(tmp_path / "b", made, request=ReportRequest(period="2026-01")).rows[0][0] == 0


def test_archived_records_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    made = deal("a", "2026-01-01 contact", "2026-01-05 won", archived="2026-01-20")
    assert won(tmp_path, made).rows[0][0] == 0
    assert won(tmp_path / "b", made, request=ReportRequest(("archived:any",))).rows[0][0] == 1


def test_a_list_puts_a_record_into_several_rows_and_once_into_the_totals(tmp_path: Path) -> None:
    made = [
        deal("a", "2026-01-01 contact", "2026-01-05 won", products=["arm", "leg"], amount="10.00 EUR"),
        deal("b", "2026-01-01 contact", "2026-01-05 won", products=["leg"], amount="5.00 EUR"),
        deal("c", "2026-01-01 contact", "2026-01-05 lost"),
    ]
    table = won(tmp_path, *made, request=ReportRequest(by=("products",)))
    assert [(row[0], row[1], row[4]) for row in table.rows] == [("arm", 1, 1000), ("leg", 2, 1500), (None, 0, 0)]
    assert tuple(table.totals)[:5] == (None, 2, 1, 6667, 1500)


def test_closed_before_created_has_no_cycle(tmp_path: Path) -> None:
    table = won(tmp_path, deal("a", "2026-01-01 contact", "2026-01-05 won", created="2026-01-20T00:00:00+01:00"))
    assert table.rows[0][5:] == (None, None)
    assert table.warnings[-1].startswith("1 of 1 won deals have no creation before their closing")
