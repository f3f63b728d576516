"""The Maven data set through the maps in sample-data/maven, against a computation that knows nothing of crm."""

from __future__ import annotations

import csv
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import fmean, median

import pytest

from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.outcome import ImportOutcome
from crmcli.actions.importing.run import import_file
from crmcli.actions.init import init_book
from crmcli.actions.undo import undo
from crmcli.reports.figures import wall_clock
from crmcli.store.book import Book
from crmcli.store.setup.config_text import NewBook
from tests.books import ANNA, reopen
from tests.places import SAMPLE

FILES = ("products", "sales_teams", "accounts", "sales_pipeline")
WISHES = NewBook("Maven", "USD", "America/New_York", "en", "US")


@pytest.fixture(scope="module")
def data(shared_data: Path) -> Path:
    return shared_data / "maven_crm"


@pytest.fixture(scope="module")
def imported(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Book, dict[str, ImportOutcome]]]:
    """The book as the cookbook makes it, and what each import said."""
    folder = tmp_path_factory.mktemp("maven")
    root = folder / "book"
    book = init_book(root, WISHES, ANNA, with_git=False).book
    for part in ("schema", "pipelines", "imports"):
        shutil.copytree(SAMPLE / "maven" / part, root / part, dirs_exist_ok=True)
    outcomes = {}
    for name in FILES:
        book = reopen(book)
        [outcomes[name]] = import_file(book, data / f"{name}.csv", Asked("maven", folder=folder))
    yield reopen(book), outcomes
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def deals(data: Path) -> list[dict[str, str]]:
    teams = {row["sales_agent"]: row for row in table(data / "sales_teams.csv")}
    return [row | teams[row["sales_agent"]] for row in table(data / "sales_pipeline.csv")]


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


Imported = tuple[Book, dict[str, ImportOutcome]]


def test_every_row_is_imported(imported: Imported) -> None:
    _, outcomes = imported
    assert [(o.new, o.changed, o.same, o.refused) for o in outcomes.values()] == [
        (7, 0, 0, 0), (35, 0, 0, 0), (85, 0, 0, 0), (8800, 0, 0, 0),
    ]  # fmt: skip
    assert outcomes["sales_teams"].beside == {"members": 6}
    assert not any(o.skipped or o.rejects for o in outcomes.values())


def test_nothing_is_wrong_in_the_book(imported: Imported) -> None:
    book, _ = imported
    assert book.index.rows("SELECT * FROM problems") == []
    assert book.setup.problems == ()


def test_stages_and_values_are_those_of_the_file(imported: Imported, deals: list[dict[str, str]]) -> None:
    book, _ = imported
    rows = book.index.rows('SELECT stage, count(*), sum("amount.book") FROM rec_deals GROUP BY stage')
    value = Counter[str]()
    for deal in deals:
        value[deal["deal_stage"].lower()] += int(deal["close_value"] or 0) * 100
    counted = Counter(deal["deal_stage"].lower() for deal in deals)
    assert (
        {row[0]: row[1] for row in rows} == counted == {"won": 4238, "lost": 2473, "engaging": 1589, "prospecting": 500}
    )
    assert {row[0]: row[2] or 0 for row in rows} == dict(value) | {"engaging": 0, "prospecting": 0}
    assert value["won"] == 10_005_534_00


def test_cycles_are_the_days_between_the_dates(imported: Imported, deals: list[dict[str, str]]) -> None:
    book, _ = imported
    days = [
        (date.fromisoformat(deal["close_date"]) - date.fromisoformat(deal["engage_date"])).days
        for deal in deals
        if deal["deal_stage"] == "Won"
    ]
    clock = wall_clock(book.zone)
    rows = book.index.rows("SELECT created, closed FROM rec_deals WHERE stage = 'won'")
    cycles = [(clock(row["closed"]) - clock(row["created"])) / timedelta(days=1) for row in rows]
    assert sorted(cycles) == sorted(days)
    assert round(fmean(cycles), 2) == 51.78
    assert median(cycles) == 57


def test_every_deal_is_dated_as_in_the_file(imported: Imported, deals: list[dict[str, str]]) -> None:
    book, _ = imported
    rows = book.index.rows(
        'SELECT d.name, m."to", substr(e.local, 1, 10) FROM moves m JOIN rec_deals d ON d.id = m.id'
        " JOIN events e ON e.id = m.event WHERE m.\"type\" = 'deals' AND m.\"to\" <> 'prospecting'"
    )
    expected = set()
    for deal in deals:
        if deal["engage_date"]:
            expected.add((deal["opportunity_id"], "engaging", deal["engage_date"]))
        if deal["close_date"]:
            expected.add((deal["opportunity_id"], deal["deal_stage"].lower(), deal["close_date"]))
    assert {tuple(row) for row in rows} == expected


@pytest.mark.parametrize(
    ("column", "path"), [("regional_office", "m.region"), ("manager", "b.name"), ("sales_agent", "m.name")]
)
def test_breakdowns_by_who_sold(imported: Imported, deals: list[dict[str, str]], column: str, path: str) -> None:
    book, _ = imported
    found: dict[str, tuple[int, Decimal]] = {}
    for row in book.index.rows(
        f'SELECT {path}, count(*), sum(d."amount.book") FROM rec_deals d JOIN rec_members m ON m.id = d.owner'  # noqa: S608
        " LEFT JOIN rec_members b ON b.id = m.boss WHERE d.stage = 'won' GROUP BY 1"
    ):
        found[row[0]] = (row[1], Decimal(row[2]) / 100)
    expected: dict[str, tuple[int, Decimal]] = defaultdict(lambda: (0, Decimal(0)))
    for deal in deals:
        if deal["deal_stage"] == "Won":
            count, value = expected[deal[column]]
            expected[deal[column]] = (count + 1, value + int(deal["close_value"]))
    assert found == dict(expected)
    if column == "regional_office":
        told = {name: (count, int(value)) for name, (count, value) in found.items()}
        assert told == {"West": (1438, 3568647), "Central": (1629, 3346293), "East": (1171, 3090594)}


def test_the_traps_of_the_data(imported: Imported, data: Path, deals: list[dict[str, str]]) -> None:
    book, _ = imported
    by_product = book.index.rows(
        "SELECT p.name, count(*) FROM rec_deals d JOIN rec_products p ON p.id = d.product GROUP BY 1"
    )
    assert {row[0]: row[1] for row in by_product} == Counter(d["product"].replace("GTXPro", "GTX Pro") for d in deals)
    without = book.index.row("SELECT count(*) FROM rec_deals WHERE customer IS NULL")
    assert without is not None
    assert without[0] == 1425
    undated = book.index.rows("SELECT \"by\", created FROM rec_deals WHERE stage = 'prospecting'")
    assert len({row["created"] for row in undated}) == 1, "a prospect is as old as the import"
    accounts = {row["account"]: row for row in table(data / "accounts.csv")}
    rows = book.index.rows(
        "SELECT c.name, c.sector, c.office, p.name AS parent FROM rec_customers c LEFT JOIN rec_customers p ON p.id = c.parent"
    )
    assert len(rows) == 85
    for row in rows:
        account = accounts[row["name"]]
        assert (row["sector"], row["office"]) == (account["sector"], account["office_location"])
        assert (row["parent"] or "") == account["subsidiary_of"]
    assert {row["sector"] for row in rows} >= {"technolgy"}
    assert {row["office"] for row in rows} >= {"Philipines"}


def test_the_same_files_again_change_nothing(imported: Imported, data: Path) -> None:
    book, _ = imported
    before = {path: path.stat().st_mtime_ns for path in book.root.rglob("*.*") if ".crm" not in path.parts}
    for name in FILES:
        [outcome] = import_file(reopen(book), data / f"{name}.csv", Asked("maven", folder=book.root.parent))
        assert (outcome.op, outcome.new, outcome.changed, outcome.refused) == ("", 0, 0, 0), name
    assert {path: path.stat().st_mtime_ns for path in book.root.rglob("*.*") if ".crm" not in path.parts} == before


def test_undo_takes_the_import_back_whole(imported: Imported, data: Path, tmp_path: Path) -> None:
    """Runs last: of the four imports the newest goes, 8,800 deals with all their moves."""
    book, outcomes = imported
    undone = undo(reopen(book))
    assert len(undone.refs) == 8800
    book = reopen(book)
    assert book.index.rows("SELECT 1 FROM rec_deals") == []
    assert not list((book.root / "deals").glob("*.md"))
    [again] = import_file(book, data / "sales_pipeline.csv", Asked("maven", folder=tmp_path))
    assert again.new == outcomes["sales_pipeline"].new
