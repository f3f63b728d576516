"""`crm check` of records that a hand left incomplete, doubled or out of bounds: fields of every kind, rows, remedies that work."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.actions.set import set_fields
from crmcli.checks import run_checks
from crmcli.engines.form import ValueTakenError
from crmcli.model.problem import Problem
from crmcli.model.record import Ref
from crmcli.store.book import Book
from tests.books import make_book, reopen
from tests.environment import NOW

FIELDS = """
terms = { type = "period", need = true }
spot = { type = "geo", need = "size>5" }
runs = { type = "period", unique = true }
home = { type = "geo", unique = true }
fee = { type = "money", unique = true }
lasts = { type = "duration", unique = true }
late_by = { type = "duration", must = "late_by<10d" }
size = { type = "int" }
no = { type = "serial", need = "size>7" }
total = { type = "int", calc = "size - 10", must = "total<0" }
lines = { type = "line[]", need = "size>6" }
"""
LINE = """
embedded = true
plural = "lines"
[fields]
span = { type = "period", need = true, must = "span.end<2027" }
spot = { type = "geo", need = "qty>5" }
sku = { type = "text", unique = true }
days = { type = "period", unique = true }
qty = { type = "decimal" }
twice = { type = "decimal", calc = "qty * 2", need = "qty:none" }
scan = { type = "file" }
"""
GOOD = "name: Good\ncreated: 2026-11-20\nterms: 2026-01-01..\n"


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Book:
    monkeypatch.setenv("CRM_NOW", NOW)
    made = make_book(tmp_path / "book")
    deal = made.root / "schema" / "deal.toml"
    text = deal.read_text().replace(
        'about       = { type = "markdown",', 'about = { type = "markdown", need = "size>4",'
    )
    text = text.replace('stage       = { type = "stage",', 'stage = { type = "stage", must = "size:none OR size<9",')
    deal.write_text(text + FIELDS)
    (made.root / "schema" / "line.toml").write_text(LINE)
    (made.root / "rates.tsv").write_text("2020-01-01\tCHF\t1.1\n")
    return reopen(made)


def write(book: Book, **records: str) -> Book:
    """The book with deals as hands wrote them."""
    (book.root / "deals").mkdir(exist_ok=True)
    for name, text in records.items():
        front, _, body = text.partition("\n\n")
        (book.root / "deals" / f"{name}.md").write_text(f"---\n{front}\n---\n{body}")
    return reopen(book)


def told(book: Book) -> list[tuple[str, str, str, str]]:
    """Code, record, message and remedy of every problem of records."""
    found: list[Problem] = run_checks(book)
    return [(p.code, Path(p.path).stem, p.message, p.remedy) for p in found if p.path.startswith("deals/")]


def test_a_sound_book_has_none(book: Book) -> None:
    rows = "lines:\n  - {span: 2026-01-01..2026-02-01, sku: a, qty: 1}\n  - {span: ..2026-02-01, qty: 2}\n"
    book = write(book, a=GOOD + "size: 3\n" + rows, b=GOOD + "runs: 2026-01-01..\n", c=GOOD + "runs: ..2026-01-01\n")
    assert told(book) == []
    assert run_checks(book) == [p for p in run_checks(book) if p.code in ("engine-later", "word-later")]


@pytest.mark.parametrize(
    ("record", "message", "remedy"),
    [
        ("name: Bad\ncreated: 2026-11-20\n", "terms is needed and empty", "fill it: crm set deals/bad terms=…"),
        (GOOD + "size: 5\n", "about is needed and empty: size>4", "fill it: crm edit deals/bad"),
        (GOOD + "size: 6\n\nText.\n", "spot is needed and empty: size>5", "fill it: crm set deals/bad spot=…"),
        (GOOD + "size: 7\nspot: 1,2\n\nText.\n", "lines is needed and empty: size>6", "fill it: crm edit deals/bad"),
        (
            GOOD + "size: 8\nspot: 1,2\nlines:\n  - {span: ..2026-01-01, qty: 1}\n\nText.\n",
            "no is needed and empty: size>7",
            "nobody types it: it is drawn by the runner",
        ),
        (GOOD + "late_by: 20d\n", "late_by: it must keep late_by<10d", "change it: crm set deals/bad late_by=…"),
        (
            GOOD + "size: 9\nspot: 1,2\nno: 1\nlines:\n  - {span: ..2026-01-01, qty: 1}\n\nText.\n",
            "stage: it must keep size:none OR size<9",
            "change it: crm move deals/bad STAGE",
        ),
        (
            GOOD + "lines:\n  - {qty: 1}\n",
            "lines 1: span is needed and empty",
            "fill it: crm set deals/bad lines.1.span=…",
        ),
        (
            GOOD + "lines:\n  - {qty: 6, span: ..2026-01-01}\n",
            "lines 1: spot is needed and empty: qty>5",
            "fill it: crm set deals/bad lines.1.spot=…",
        ),
        (
            GOOD + "lines:\n  - {qty: 1, span: 2026-01-01..2027-01-01}\n",
            "lines 1: span: it must keep span.end<2027",
            "change it: crm set deals/bad lines.1.span=…",
        ),
        (
            GOOD + "lines:\n  - {span: ..2026-01-01}\n",
            "lines 1: twice is needed and empty: qty:none",
            "fill what it is computed from: qty * 2",
        ),
    ],
)
def test_what_a_field_needs_or_must_keep(book: Book, record: str, message: str, remedy: str) -> None:
    book = write(book, bad=record, gone=record + "archived: 2026-11-01\n" if "\n\n" not in record else GOOD)
    found = [(who, said, way) for _, who, said, way in told(book)]
    assert found == [("bad", message, remedy)]


@pytest.mark.parametrize(
    ("value", "other", "shown"),
    [
        ("runs: ..2026-12-31", "runs: 2026-01-01..2026-12-31", "runs '..2026-12-31'"),
        ("runs: 2026-01-01..2026-12-31", "runs: 2026-01-01..", "runs '2026-01-01..2026-12-31'"),
        ("home: 22.54,114.06", "home: 22.54,114.07", "home '22.54,114.06'"),
        ("fee: 100.00 EUR", "fee: 100.00 CHF", "fee '100.00 EUR'"),
        ("lasts: 3d", "lasts: 3wd", "lasts '3d'"),
    ],
)
def test_two_records_with_one_value(book: Book, value: str, other: str, shown: str) -> None:
    field, typed = value.split(": ")
    book = write(book, a=f"{GOOD}{value}\n", b=f"{GOOD}{other}\n")
    assert told(book) == []
    with pytest.raises(ValueTakenError, match="belongs to deals/a already"):
        set_fields(book, [Ref("deals", "b")], [f"{field}={typed}"])
    book = write(book, b=f"{GOOD}{value}\n")
    assert told(book) == [("not-unique", "b", f"{shown} belongs to deals/a too", "correct one of the two")]


def test_two_bodies_that_say_the_same(book: Book) -> None:
    deal = book.root / "schema" / "deal.toml"
    deal.write_text(deal.read_text().replace('need = "size>4"', "unique = true"))
    book = write(book, a=f"{GOOD}\nWe met at the fair.\n", b=f"{GOOD}\nWe met at a fair.\n")
    assert told(book) == []
    with pytest.raises(ValueTakenError, match="belongs to deals/a already"):
        set_fields(book, [Ref("deals", "b")], ["about=We met at the fair."])
    book = write(book, b=f"{GOOD}\nWe met at the fair.\n")
    assert [said for _, _, said, _ in told(book)] == ["about 'We met at the fair.' belongs to deals/a too"]


def test_two_rows_with_one_value(book: Book) -> None:
    rows = "{span: ..2026-01-01, sku: a, qty: 1}", "{span: ..2026-01-01, days: ..2026-05-01, qty: 1}"
    again = "{span: ..2026-01-01, sku: a, days: ..2026-05-01, qty: 3}", "{span: ..2026-01-01, sku: b, qty: 4}"
    one = "lines:\n" + "".join(f"  - {row}\n" for row in rows)
    book = write(book, a=GOOD + one, b=GOOD + one + "".join(f"  - {row}\n" for row in again))
    assert told(book) == [
        ("not-unique", "b", "lines 3: sku 'a' stands in lines 1 already", "correct one of the two"),
        ("not-unique", "b", "lines 3: days '..2026-05-01' stands in lines 2 already", "correct one of the two"),
    ]


def test_a_row_names_a_file_that_is_not_there(book: Book) -> None:
    there = book.root / "files" / "deals" / "a" / "scan.pdf"
    there.parent.mkdir(parents=True)
    there.write_bytes(b"%PDF")
    rows = "".join(
        f"  - {{span: ..2026-01-01, qty: 1, scan: files/deals/a/{name}}}\n" for name in ("scan.pdf", "x.pdf")
    )
    book = write(book, a=f"{GOOD}lines:\n{rows}")
    assert [said for _, _, said, _ in told(book)] == ["lines 2: scan: there is no files/deals/a/x.pdf"]


def test_references_that_lead_nowhere(book: Book) -> None:
    """To a record that is not there, and, where any type may be meant, to a type that is not there."""
    (book.root / "tasks").mkdir()
    for name, on in (("t1", "nothings/x"), ("t2", "deals/a"), ("t3", "deals/z")):
        (book.root / "tasks" / f"{name}.md").write_text(f"---\ntext: ring\non: {on}\ncreated: 2026-11-20\n---\n")
    book = write(book, a=GOOD + "customer: nobody\n")
    assert sorted(p.message for p in run_checks(book) if p.code in ("dangling-reference", "bad-value")) == [
        "customer: there is no customers/nobody",
        "on: there is no deals/z",
        "on: there is no nothings/x",
    ]
