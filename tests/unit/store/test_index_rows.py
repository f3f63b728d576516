"""Rows inside records in the index: their table, their references, what cannot be read, and the view."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from crmcli.checks.conditions import find_problems as needs
from crmcli.checks.rows import find_problems
from crmcli.store.book import Book
from crmcli.store.index.connection import open_read_only
from tests.books import make_book, reopen
from tests.environment import NOW
from tests.lines import LINE, with_lines
from tests.storing import index_differences


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Book:
    monkeypatch.setenv("CRM_NOW", NOW)
    return with_lines(make_book(tmp_path / "book"))


def write(book: Book, path: str, text: str) -> None:
    file = book.root / path
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"---\n{text}---\n", encoding="utf-8")
    book.index.stale()


def table(book: Book, columns: str = "*") -> list[tuple[object, ...]]:
    return [tuple(row) for row in book.index.rows(f"SELECT {columns} FROM rows_lines ORDER BY id, pos")]  # noqa: S608


def problems(book: Book) -> list[str]:
    return [
        f"{row[0]}: {row[1]}" for row in book.index.rows("SELECT line, message FROM problems ORDER BY line, message")
    ]


TWO = """\
name: Big
close: 2026-02-01
lines:
  - {product: arm, qty: 3, price: 100.00 EUR, discount: 10%}
  - {price: 1000 JPY, product: '[[cart]]', colour: red}
"""


def test_each_row_has_its_columns_as_a_record_would(book: Book) -> None:
    write(book, "deals/big.md", TWO)
    (book.root / "rates.tsv").write_text("2026-01-01\tJPY\t0.01\n2026-03-01\tJPY\t0.02\n")
    book = reopen(book)
    columns = 'type, id, field, pos, product, qty, price, "price.currency", "price.book", discount, tax, note'
    assert table(book, columns) == [
        ("deals", "big", "lines", 1, "arm", 3_000_000, 10_000, "EUR", 10_000, 100_000, None, None),
        ("deals", "big", "lines", 2, "cart", None, 1000, "JPY", 1000, None, None, None),
    ]
    names = [row[1] for row in book.index.rows('PRAGMA table_info("rows_lines")')]
    assert names == [
        "type",
        "id",
        "field",
        "pos",
        "product",
        "qty",
        "price",
        "price.currency",
        "price.book",
        "discount",
        "tax",
        "note",
    ]
    assert problems(book) == []
    assert index_differences(book) == []


def test_the_rate_is_that_of_the_day_of_the_document(book: Book) -> None:
    (book.root / "rates.tsv").write_text("2026-01-01\tJPY\t0.01\n2026-03-01\tJPY\t0.02\n")
    write(book, "deals/big.md", TWO.replace("2026-02-01", "2026-04-01"))
    write(book, "deals/old.md", TWO.replace("2026-02-01", "2025-04-01"))
    found = table(reopen(book), 'id, "price.book"')
    assert found == [("big", 10_000), ("big", 2000), ("old", 10_000), ("old", None)]


def test_references_in_rows_stand_under_the_path_of_their_field(book: Book) -> None:
    write(book, "deals/big.md", TWO)
    rows = book.index.rows('SELECT id, field, to_type, to_id, "within", origin FROM refs ORDER BY to_id')
    assert [tuple(row) for row in rows if row[1].startswith("lines")] == [
        ("big", "lines.product", "products", "arm", 0, None),
        ("big", "lines.product", "products", "cart", 0, None),
    ]


def test_an_alias_is_followed_from_a_row_too(book: Book) -> None:
    write(book, "deals/big.md", TWO)
    write(book, "products/lever.md", "name: Lever\naliases:\n  - arm\n")
    assert table(book, "product") == [("lever",), ("cart",)]
    assert ("lever", "arm") in [tuple(r) for r in book.index.rows("SELECT to_id, origin FROM refs")]
    assert index_differences(book) == []


def test_a_change_and_a_removal_take_the_old_rows_away(book: Book) -> None:
    write(book, "deals/big.md", TWO)
    assert len(table(book)) == 2
    write(book, "deals/big.md", "name: Big\nlines:\n  - {product: arm}\n")
    assert table(book, "pos, product") == [(1, "arm")]
    (book.root / "deals/big.md").unlink()
    book.index.stale()
    assert table(book) == []
    assert [row[0] for row in book.index.rows("SELECT field FROM refs WHERE id = 'big'")] == []


def test_what_a_row_cannot_hold_is_a_problem_with_row_and_column(book: Book) -> None:
    rows = [
        "{product: arm, qty: many}",
        "arm and cart",
        "{product: arm, qty: 1}",
        "{qty: 1, product: arm}",
        "{qty: 1, pieces: 2}",
    ]
    listed = "".join(f"  - {row}\n" for row in rows)
    write(book, "deals/big.md", f"name: Big\nlines:\n{listed}")
    assert table(book, "pos, product, qty") == [
        (1, "arm", None),
        (3, "arm", 1_000_000),
        (4, "arm", 1_000_000),
        (5, None, 1_000_000),
    ]
    found = problems(book)
    assert [problem.split(": ", 1)[0] for problem in found] == ["3"] * 4
    assert any("lines 1: qty: `many` is no number" in problem for problem in found)
    assert any("lines 2: this is no row" in problem for problem in found)
    assert any("lines 4: says the same as lines 3" in problem for problem in found)
    assert any("lines 5: qty stands twice" in problem for problem in found)
    assert book.index.rows('SELECT "_problem" FROM rec_deals')[0][0] == 1
    assert index_differences(book) == []


def test_a_row_over_several_lines_is_read_as_well(book: Book) -> None:
    write(book, "deals/big.md", "name: Big\nlines:\n  - product: arm\n    qty: 2\n  - product: cart\n")
    assert table(book, "pos, product, qty") == [(1, "arm", 2_000_000), (2, "cart", None)]


def test_words_in_rows_are_found(book: Book) -> None:
    write(book, "deals/big.md", "name: Big\nlines:\n  - {product: arm, note: galvanized, colour: ultramarine}\n")
    for word in ("galvanized", "ultramarine"):
        assert book.index.row("SELECT count(*) FROM fts WHERE fts MATCH ?", (word,))[0] == 1  # type: ignore[index]


def test_rows_of_two_types_share_the_table(book: Book) -> None:
    (book.root / "schema/quote.toml").write_text(
        'plural = "quotes"\ntitle = "name"\n[fields]\nname = { type = "text" }\nlines = { type = "line[]" }\nextras = { type = "line[]" }\n'
    )
    book = reopen(book)
    write(book, "deals/big.md", "name: Big\nlines:\n  - {product: arm}\n")
    write(book, "quotes/big.md", "name: Q\nlines:\n  - {product: cart}\nextras:\n  - {product: pump}\n")
    assert sorted(table(book, "type, field, product")) == [
        ("deals", "lines", "arm"),
        ("quotes", "extras", "pump"),
        ("quotes", "lines", "cart"),
    ]
    (book.root / "quotes/big.md").unlink()
    book.index.stale()
    assert table(book, "type, product") == [("deals", "arm")]


def test_the_view_is_for_people(book: Book) -> None:
    write(book, "deals/big.md", TWO)
    book.index.refresh()
    assert book.index.path is not None
    connection = open_read_only(book.index.path)
    connection.row_factory = sqlite3.Row
    first = dict(connection.execute("SELECT * FROM lines_view WHERE pos = 1").fetchone())
    connection.close()
    chosen = ("type", "id", "field", "product", "qty", "price", "price_currency", "discount")
    assert [first[name] for name in chosen] == ["deals", "big", "lines", "arm", 3.0, 100.0, "EUR", 0.1]


def test_a_table_is_asked_through_its_trees(book: Book) -> None:
    def plan(where: str) -> str:
        found = book.index.rows(f"EXPLAIN QUERY PLAN SELECT 1 FROM rows_lines WHERE {where}")  # noqa: S608
        return " ".join(str(row[3]) for row in found)

    assert "ix_rows_lines " in plan("type = 'deals' AND id = 'big'")
    assert "ix_rows_lines_product" in plan("product = 'arm'")


def test_check_names_rows_that_hands_left_incomplete_or_out_of_bounds(book: Book) -> None:
    write(book, "products/arm.md", "name: Arm\n")
    write(
        book,
        "deals/big.md",
        "name: Big\nlines:\n  - {qty: 2}\n  - {product: arm, qty: -1}\n  - {product: arm, qty: 2}\n",
    )
    write(book, "deals/gone.md", "name: Gone\narchived: 2026-01-01\nlines:\n  - {qty: 2}\n")
    found = [(problem.code, problem.path, problem.message) for problem in find_problems(book)]
    assert found == [
        ("needed-empty", "deals/big.md", "lines 1: product is needed and empty"),
        ("condition-must", "deals/big.md", "lines 2: qty: it must keep qty>0"),
    ]


def test_a_condition_on_need_is_checked_where_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_NOW", NOW)
    line = LINE.replace('note     = { type = "text" }', 'note = { type = "text", need = "discount>10%" }')
    book = with_lines(make_book(tmp_path / "book"), line)
    rows = "".join(f"  - {{product: arm, qty: {n}, discount: {share}}}\n" for n, share in ((1, "20%"), (2, "5%")))
    write(book, "deals/big.md", f"name: Big\nlines:\n{rows}")
    assert [problem.message for problem in find_problems(book)] == ["lines 1: note is needed and empty: discount>10%"]


def test_a_record_that_needs_rows_and_has_none_is_named(book: Book) -> None:
    path = book.root / "schema/deal.toml"
    path.write_text(path.read_text().replace('lines = { type = "line[]" }', 'lines = { type = "line[]", need = true }'))
    book = reopen(book)
    write(book, "deals/big.md", TWO)
    write(book, "deals/bare.md", "name: Bare\n")
    assert [(problem.path, problem.message) for problem in needs(book)] == [
        ("deals/bare.md", "lines is needed and empty")
    ]
