"""Tables for people: what gives way, what never does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.render.table import markdown, table_text
from crmcli.reports.cells import INTEGER, SHARE
from crmcli.reports.forms import book_money
from crmcli.reports.grid import fitted, grid_of
from crmcli.reports.table import Column, Table
from crmcli.text.display import width

EUR = book_money("EUR")
DEALS = Table(
    (
        Column("id", "id"),
        Column("name", "Name"),
        Column("amount", "Amount", EUR),
        Column("close", "Close"),
        Column("owner", "Owner"),
    ),
    [
        ("acme-renewal-2p9dk", "Acme renewal", 1200000, "2026-11-30", "Anna Berg"),
        ("a-li-ba-ba-2m8qd", "阿里巴巴液压项目第二期", 50000000, None, "李伟"),
        ("evil", "\x1b[31mred\u202e", None, None, None),
    ],
    found=287,
    refs=["deals/1", "deals/2", "deals/3"],
    totals=(None, None, 51200000, None, None),
    bad=frozenset([2]),
)


def drawn(table: Table, cells: int, *, numbered: bool = True) -> list[str]:
    return table_text(table, width=cells, colour=False, numbered=numbered).splitlines()


def test_a_wide_screen_shows_everything_aligned() -> None:
    assert drawn(DEALS, 120) == [
        "#  id                  Name                    Amount EUR  Close       Owner",
        "────────────────────────────────────────────────────────────────────────────────",
        "1  acme-renewal-2p9dk  Acme renewal                12,000  2026-11-30  Anna Berg",
        "2  a-li-ba-ba-2m8qd    阿里巴巴液压项目第二期     500,000              李伟",
        "3  ! evil              ␛[31mred<U+202E>",
        "────────────────────────────────────────────────────────────────────────────────",
        "   total                                          512,000",
        "",
        "showing 3 of 287",
    ]


def test_on_a_narrow_screen_ids_give_way_first_and_amounts_never() -> None:
    lines = drawn(DEALS, 70)
    assert lines[2] == "1  acme-ren…  Acme renewal               12,000  2026-11-30  Anna Berg"
    assert max(map(width, lines)) <= 70


def test_columns_without_room_are_named() -> None:
    lines = drawn(DEALS, 40)
    assert lines[-1] == "showing 3 of 287; no room for close, owner"
    assert max(map(width, lines[:-1])) <= 40


@given(st.integers(30, 200))
def test_no_amount_is_ever_cut(cells: int) -> None:
    amounts = [column for column in fitted(grid_of(DEALS), cells).columns if column.name == "amount"]
    assert not amounts or amounts[0].texts == ("12,000", "500,000", "")


def test_different_currencies_stay_beside_their_amounts() -> None:
    usd = book_money("USD")
    mixed = Table((Column("a", "A", EUR), Column("b", "B", usd)), [(150, 100), (200, None)], found=2)
    assert drawn(mixed, 80, numbered=False)[2:] == [" 1.50      1", " 2.00"]


def test_bars_and_shares() -> None:
    won = Table(
        (Column("region", "Region"), Column("won", "Won", INTEGER, bar=True), Column("rate", "Win rate", SHARE)),
        [("West", 1438, 0.6315), ("Central", 1629, 0.62), ("Nowhere", 0, None)],
        title="Won by region",
        found=3,
        totals=(None, 3067, 0.6257),
    )
    assert drawn(won, 80, numbered=False) == [
        "Won by region",
        "",
        "Region     Won                        Win rate",
        "──────────────────────────────────────────────",
        "West     1,438  █████████████████▋      63.15%",
        "Central  1,629  ████████████████████    62.00%",
        "Nowhere      0",
        "──────────────────────────────────────────────",
        "total    3,067                          62.57%",
    ]


def test_nothing_found_is_said() -> None:
    assert drawn(DEALS._replace(rows=[], refs=[], bad=frozenset()), 80) == ["nothing found"]


def test_markup_of_records_is_text_in_colour_too() -> None:
    table = Table((Column("a", "[bold]A[/bold]"),), [("[red]x[/red] :smile: \x1b[0m",)], found=1)
    text = table_text(table, width=80, colour=True, numbered=False)
    assert "[red]x[/red] :smile: ␛[0m" in text
    assert "[bold]A[/bold]" in text


@pytest.mark.parametrize("colour", [True, False])
def test_colour_only_when_wanted(colour: bool) -> None:
    assert ("\x1b[" in table_text(DEALS, width=80, colour=colour, numbered=True)) is colour


def test_markdown_escapes_its_own_marks() -> None:
    table = Table((Column("a", "A|B"), Column("n", "N", INTEGER)), [("x|y\\z", 1200)], found=1, totals=(None, 1200))
    assert markdown(table).splitlines() == [
        "| A\\|B | N |",
        "| --- | ---: |",
        "| x\\|y\\\\z | 1,200 |",
        "|  | **1,200** |",
    ]
