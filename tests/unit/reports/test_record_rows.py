"""Rows inside a record on its page, in JSON, and in lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.model.record import Ref
from crmcli.render.paint import paint
from crmcli.render.record import record_lines
from crmcli.reports.listing import Request, list_records
from crmcli.reports.record_page import record_object, record_page
from crmcli.reports.wording import Wording
from crmcli.store.book import Book
from tests.books import make_book, reopen, write_files
from tests.environment import NOW
from tests.lines import LINE, with_lines

BIG = Ref("deals", "big")
ROWS = """\
lines:
  - {product: arm, qty: 3, price: 100.00 EUR, discount: 10%, tax: 20%}
  - {product: cart, qty: 2, price: 50.00 EUR, colour: red}
"""


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Book:
    monkeypatch.setenv("CRM_NOW", NOW)
    return shop(tmp_path, ROWS)


def shop(root: Path, rows: str, line: str = LINE) -> Book:
    book = with_lines(make_book(root / "book"), line)
    files = {
        "products/arm.md": "name: Robot arm\n",
        "products/cart.md": "name: Cart\n",
        "deals/big.md": f"name: Big\n{rows}",
    }
    write_files(book.root, {path: f"---\n{text}---\n" for path, text in files.items()})
    return reopen(book)


def page(book: Book, width: int = 90, language: str = "en") -> list[str]:
    return paint(record_lines(record_page(book, BIG), width, language), colour=False)


def block(book: Book) -> list[list[str]]:
    """The lines of the small table, cut at two blanks or more."""
    lines = page(book)
    start = next(n for n, line in enumerate(lines) if line.startswith("lines"))
    end = lines.index("", start) if "" in lines[start:] else len(lines)
    return [[cell for cell in line.split("  ") if cell.strip()] for line in lines[start:end]]


def test_the_page_has_a_table_with_computed_columns_and_totals(book: Book) -> None:
    cells = [[cell.strip() for cell in line] for line in block(book)]
    assert cells == [
        ["lines", "2"],
        ["#", "Product", "qty", "price EUR", "discount", "tax", "net EUR", "gross EUR", "colour"],
        ["1", "Robot arm", "3", "100", "10%", "20%", "270", "324"],
        ["2", "Cart", "2", "50", "red"],
        ["total", "5", "270", "324"],
    ]


def test_columns_that_find_no_room_are_named_and_the_book_s_language_is_spoken(book: Book) -> None:
    assert page(book, 60)[-1] == "  no room for gross, colour"
    chinese = page(book, 60, "zh")
    assert chinese[-1] == "  放不下：gross, colour"
    assert chinese[-2].split() == ["合计", "5", "270"]
    assert "no room" not in " ".join(page(book))


def test_a_row_stands_alone_without_totals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_NOW", NOW)
    found = shop(tmp_path, "lines:\n  - {product: arm, qty: 3}\n")
    assert [line[0].strip() for line in block(found)] == ["lines", "#", "1"]


def test_prices_add_up_only_where_nothing_is_computed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_NOW", NOW)
    plain = "\n".join(line for line in LINE.splitlines() if "calc" not in line)
    found = shop(tmp_path, "lines:\n  - {price: 10.00 EUR}\n  - {price: 20.00 EUR}\n", plain)
    assert [cell.strip() for cell in block(found)[-1]] == ["30"]


def test_an_amount_without_a_rate_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_NOW", NOW)
    rows = ROWS.replace("50.00 EUR", "50.00 USD")
    lines = page(shop(tmp_path, rows))
    assert "  lines 2: no rate in rates.tsv, left out of the totals" in lines


def test_a_row_that_cannot_be_read_is_marked_and_shown_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_NOW", NOW)
    found = shop(tmp_path, "lines:\n  - {product: arm, qty: many}\n  - an arm and a cart\n  - {product: cart}\n")
    view = record_page(found, BIG)
    assert view.rows[0].bad == {0, 1}
    assert any("an arm and a cart" in line for line in page(found))
    assert [problem.split(": ", 1)[1].split(": ")[0] for problem in view.problems] == ["lines 1", "lines 2"]


def test_json_has_objects_with_typed_values_and_the_page_computed_ones_too(book: Book) -> None:
    euros = {"currency": "EUR"}
    arm = {"product": "arm", "qty": 3, "price": {"amount": "100.00", **euros}, "discount": 0.1, "tax": 0.2}
    arm["note"] = None
    cart = {"product": "cart", "qty": 2, "price": {"amount": "50.00", **euros}, "colour": "red"}
    cart |= {"discount": None, "tax": None, "note": None}
    table = list_records(book, book.setup.types["deal"], Request(columns="name,lines"))
    form, cell = table.columns[1].form, table.rows[0][1]
    assert form.json is not None
    assert form.json(cell) == [arm, cart]
    fields = record_object(book, BIG)["fields"]
    assert isinstance(fields, dict)
    computed = {"net": {"amount": "270.00", **euros}, "gross": {"amount": "324.00", **euros}}
    assert fields["lines"] == [arm | computed, cart | {"net": None, "gross": None}]


def test_a_list_counts_for_people_and_gives_scripts_what_is_written(book: Book) -> None:
    table = list_records(book, book.setup.types["deal"], Request(columns="name,lines", people=True))
    form, cell = table.columns[1].form, table.rows[0][1]
    assert form.show is not None
    assert form.show(cell) == "2 lines"
    assert form.show('["{qty: 1}"]') == "1 line"
    assert form.script is not None
    assert form.script(cell) == (
        "{product: arm, qty: 3, price: 100.00 EUR, discount: 10%, tax: 20%}, "
        "{product: cart, qty: 2, price: 50.00 EUR, colour: red}"
    )


def test_a_change_of_a_row_says_its_values(book: Book) -> None:
    words = Wording(book)
    deal = book.setup.types["deal"]
    assert words.value(deal, "lines", "{product: arm, qty: 1200, colour: red}") == "Robot arm, 1200, red"
