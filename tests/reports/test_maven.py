"""Every figure of the reports, computed again from the CSV files with csv, decimal and statistics only."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal

import pytest

from crmcli.reports.registry import run_report
from crmcli.reports.request import ReportRequest
from crmcli.reports.table import Table
from crmcli.store.book import Book
from tests.reports.maven import Row, slug

NOW = datetime(2018, 1, 2, 12, 0)  # noqa: DTZ001 - the wall clock of the fixture
Figures = tuple[int, int, Decimal, Decimal, Decimal | None, Decimal | None, Decimal | None]


def ask(book: Book, name: str, *words: str, by: tuple[str, ...] = (), period: str = "") -> Table:
    return run_report(book, name, ReportRequest(words, period, by)).table


def said(table: Table) -> list[tuple[object, ...]]:
    """The rows as scripts read them."""
    return [
        tuple(_said(column.form.script, cell) for column, cell in zip(table.columns, row, strict=True))
        for row in table.rows
    ]


def _said(script: Callable[[object], str] | None, cell: object) -> object:
    return script(cell) if script and cell is not None else cell


def rounded(number: Decimal, places: int = 2) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)


def cycle(row: Row) -> int:
    return (date.fromisoformat(row.closed) - date.fromisoformat(row.engaged)).days


def expected(rows: list[Row]) -> Figures:
    """Won, lost, rate, value, average, mean and median cycle of some opportunities."""
    won = [row for row in rows if row.stage == "won"]
    lost = sum(1 for row in rows if row.stage == "lost")
    value = sum((Decimal(row.value) for row in won), Decimal(0))
    rate = rounded(Decimal(len(won)) / Decimal(len(won) + lost), 4)
    if not won:
        return len(won), lost, rate, value, None, None, None
    cycles = [cycle(row) for row in won]
    mean = rounded(Decimal(sum(cycles)) / Decimal(len(cycles)))
    return len(won), lost, rate, value, rounded(value / len(won)), mean, Decimal(str(statistics.median(cycles)))


def figures(table: Table) -> dict[tuple[object, ...], Figures]:
    """The rows of `won` by their groups, as numbers."""
    first = [column.name for column in table.columns].index("won")
    return {tuple(row[:first]): _numbers(row[first:]) for row in said(table)}


def _numbers(cells: tuple[object, ...]) -> Figures:
    won, lost, rate, value, average, mean, median = (
        None if c is None else Decimal(str(c).removesuffix(" USD")) for c in cells
    )
    assert won is not None
    assert lost is not None
    assert rate is not None
    assert value is not None
    return int(won), int(lost), rate, value, average, mean, median


def grouped(rows: list[Row], key: Callable[[Row], str | None]) -> dict[tuple[object, ...], Figures]:
    groups: dict[str | None, list[Row]] = defaultdict(list)
    for row in rows:
        if row.closed:
            groups[key(row)].append(row)
    return {(name,): expected(part) for name, part in groups.items()}


def quarter(row: Row) -> str:
    day = date.fromisoformat(row.closed)
    return f"{day.year}-q{(day.month + 2) // 3}"


def test_the_published_figures(maven: Book) -> None:
    table = ask(maven, "won")
    assert said(table) == [("4238", "2473", "0.6315", "10005534.00 USD", "2360.91 USD", "51.78", "57")]
    assert table.warnings == ()


def test_all_of_won_is_as_computed_from_the_files(maven: Book, maven_rows: list[Row]) -> None:
    closed = [row for row in maven_rows if row.closed]
    assert figures(ask(maven, "won")) == {(): expected(closed)}


@pytest.mark.parametrize(
    ("by", "key"),
    [
        ("owner.region", lambda row: row.region),
        ("owner.manager", lambda row: row.manager),
        ("owner", lambda row: slug(row.agent)),
        ("product", lambda row: slug(row.product)),
        ("customer.sector", lambda row: row.sector or None),
        ("quarter(closed)", quarter),
        ("month(closed)", lambda row: row.closed[:7]),
        ("customer", lambda row: slug(row.account) or None),
    ],
)
def test_won_by(maven: Book, maven_rows: list[Row], by: str, key: Callable[[Row], str | None]) -> None:
    table = ask(maven, "won", by=(by,))
    assert figures(table) == grouped(maven_rows, key)
    totals = table.totals[1:]
    assert tuple(totals) == tuple(ask(maven, "won").rows[0])


def test_the_published_regions(maven: Book) -> None:
    found = {row[0]: (row[1], row[4]) for row in said(ask(maven, "won", by=("owner.region",)))}
    assert found == {
        "West": ("1438", "3568647.00 USD"),
        "Central": ("1629", "3346293.00 USD"),
        "East": ("1171", "3090594.00 USD"),
    }


def test_won_by_two_groups(maven: Book, maven_rows: list[Row]) -> None:
    table = ask(maven, "won", by=("owner.region,quarter(closed)",))
    parts: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in maven_rows:
        if row.closed:
            parts[row.region, quarter(row)].append(row)
    assert figures(table) == {key: expected(part) for key, part in parts.items()}


@pytest.mark.parametrize("period", ["2017-q1", "2017-03", "2017-03-01..2017-03-31", "..2017-06-30", "2017-11-05"])
def test_a_period_is_about_the_closing_day(maven: Book, maven_rows: list[Row], period: str) -> None:
    low, high = {
        "2017-q1": ("2017-01-01", "2017-03-31"),
        "2017-03": ("2017-03-01", "2017-03-31"),
        "..2017-06-30": ("", "2017-06-30"),
        "2017-11-05": ("2017-11-05", "2017-11-05"),
    }.get(period, tuple(period.split("..")))
    within = [row for row in maven_rows if row.closed and low <= row.closed <= high]
    assert within
    assert figures(ask(maven, "won", period=period)) == {(): expected(within)}


@pytest.mark.parametrize("region", ["owner.region='West'", "owner.region:west"])
def test_filter_words_narrow_the_report(maven: Book, maven_rows: list[Row], region: str) -> None:
    some = [row for row in maven_rows if row.closed and row.region == "West" and row.value >= 5000]
    assert figures(ask(maven, "won", region, "amount:5k..")) == {(): expected(some)}


def test_what_is_open(maven: Book, maven_rows: list[Row]) -> None:
    table = ask(maven, "pipeline")
    assert [row[:2] for row in table.rows] == [("prospecting", 500), ("engaging", 1589)]
    assert tuple(table.totals) == (None, 2089, 0, 0)
    assert table.warnings == ("2089 of 2089 open deals have no amount",)
    regions: dict[str, int] = defaultdict(int)
    for row in maven_rows:
        regions[row.region] += row.stage in ("prospecting", "engaging")
    assert {row[0]: row[1] for row in ask(maven, "pipeline", by=("owner.region",)).rows} == regions


def test_the_funnel(maven: Book, maven_rows: list[Row]) -> None:
    cycles = [cycle(row) for row in maven_rows if row.closed]
    median = int(Decimal(str(statistics.median(cycles))) * 100)
    table = ask(maven, "funnel")
    assert [tuple(row) for row in table.rows] == [
        ("prospecting", 8800, 8300, 9432, None, 0, 500, 500, 10000),
        ("engaging", 8300, 4238, 5106, median, 2473, 1589, 8300, 9432),
        ("won", 4238, None, None, None, None, None, 4238, 4816),
    ]
    assert tuple(table.totals) == (None, 8800, 4238, 4816, None, 2473, 2089, None, None)


def test_the_funnel_of_a_cohort(maven: Book, maven_rows: list[Row]) -> None:
    cohort = [row for row in maven_rows if "2017-04-01" <= row.engaged <= "2017-06-30"]
    won = sum(1 for row in cohort if row.stage == "won")
    lost = sum(1 for row in cohort if row.stage == "lost")
    engaging = ask(maven, "funnel", period="2017-q2").rows[1]
    assert (engaging[1], engaging[2], engaging[5], engaging[6]) == (len(cohort), won, lost, len(cohort) - won - lost)


def test_what_is_stale(maven: Book, maven_rows: list[Row]) -> None:
    ages = {row.id: NOW - datetime.fromisoformat(row.engaged) for row in maven_rows if row.stage == "engaging"}
    table = ask(maven, "stale")
    found = {str(row[0]): row[5] for row in table.rows}
    assert found == {name: int(age.total_seconds() / 864) for name, age in ages.items() if age.days >= 90}
    assert table.refs[0] == f"deals/{table.rows[0][0]}"
