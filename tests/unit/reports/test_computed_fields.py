"""Computed fields in a real book: listed, shown, in JSON; their schema checked; amounts at the rates of the book."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.checks.expressions import find_problems
from crmcli.engines.form import FieldComputedError, typed_value
from crmcli.engines.road import Request as Change_
from crmcli.engines.road import carry_out
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.query.constants import NoRateError
from crmcli.reports.listing import Request, list_records
from crmcli.reports.record_page import record_object, record_page
from crmcli.store.book import Book
from tests.books import make_book, reopen
from tests.environment import NOW

ARM, BOLT, ACME = Ref("deals", "arm-2m8qd"), Ref("deals", "bolt-7k3f9"), Ref("customers", "acme-4x8zt")
FIELDS = """
discount = { type = "percent" }
net = { type = "money", label = "Net", calc = "amount * (1 - discount)" }
age = { type = "duration", calc = "today - created" }
warn = { type = "date", calc = "close - 3wd" }
full = { type = "text", calc = "'{name} for {customer}: {amount}'" }
big = { type = "flag", calc = "amount>5k" }
boss = { type = "member", calc = "customer.owner" }
paid = { type = "month" }
runs = { type = "period" }
when = { type = "text", calc = "'{paid} {runs}'" }
"""
HOURS = '\n[hours.office]\nmon-fri = "09:00-12:00 13:00-17:00"\n'


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Book:
    monkeypatch.setenv("CRM_NOW", NOW)
    made = make_book(tmp_path / "book")
    for path, text in (("schema/deal.toml", FIELDS), ("crm.toml", HOURS)):
        file = made.root / path
        file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")
    (made.root / "rates.tsv").write_text("2026-11-01\tUSD\t0.9\n2026-12-31\tNOK\t0.09\n", encoding="utf-8")
    made = reopen(made)
    arm = {"name": "Arm", "customer": ACME.id, "amount": "10.05 EUR", "discount": "30%", "close": "2026-12-01"}
    arm |= {"paid": "2026-11", "runs": "..2026-12-31"}
    changes = [
        Change("create", ACME, record={"name": "Acme", "owner": made.me}),
        Change("create", ARM, record={**arm, "created": "2026-11-01T09:00:00+01:00"}),
        Change("create", BOLT, record={"name": "Bolt", "amount": "9000.00 USD", "created": "2026-11-19"}),
    ]
    carry_out(made, changes, Change_("add"))
    return reopen(made)


def column(book: Book, name: str, *words: str, people: bool = False) -> list[object]:
    """A column of the list of deals as JSON, or as people read it."""
    table = list_records(book, book.setup.types["deal"], Request(words=words, columns=name, people=people))
    form = table.columns[0].form
    read = form.show if people else form.json
    return [cell if cell is None or read is None else read(cell) for (cell,) in table.rows]


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("net", [{"amount": "7.04", "currency": "EUR"}, None]),  # 7.035 exactly: half to even
        ("age", ["19d", "1d"]),
        ("warn", ["2026-11-26", None]),
        ("full", ["Arm for Acme: 10.05 EUR", "Bolt for : 9000.00 USD"]),
        ("big", [False, True]),
        ("runs", ["..2026-12-31", None]),
        ("when", ["2026-11 ..2026-12-31", " "]),
    ],
)
def test_json_is_that_of_the_fields_type(book: Book, name: str, cells: list[object]) -> None:
    assert column(book, name) == cells
    fields = record_object(book, ARM)["fields"]
    assert isinstance(fields, dict)
    assert fields[name] == cells[0]


def test_a_month_made_of_others_is_a_month(book: Book) -> None:
    assert column(book, "min(paid, paid)") == ["2026-11", None]


def test_a_computed_reference_is_an_id_for_scripts_and_a_title_for_people(book: Book) -> None:
    assert column(book, "boss") == [book.me, None]
    assert column(book, "boss", people=True) == ["Anna Kern", None]
    fields = record_object(book, ARM)["fields"]
    assert isinstance(fields, dict)
    assert fields["boss"] == book.me


def test_the_page_marks_what_is_computed(book: Book) -> None:
    lines = {line.name: (line.label, line.text) for line in record_page(book, ARM).fields}
    assert lines["net"] == ("Net", "= 7.04 EUR")
    assert lines["age"][1] == "= 19d"
    assert lines["discount"][1] == "30%"
    assert lines["boss"][1] == "= Anna Kern"
    assert {"net", "warn", "boss"}.isdisjoint(line.name for line in record_page(book, BOLT).fields)


def test_one_that_cannot_be_asked_leaves_the_page_alone(book: Book) -> None:
    file = book.root / "schema" / "deal.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("amount>5k", "amuont>5k"), encoding="utf-8")
    lines = {line.name for line in record_page(reopen(book), ARM).fields}
    assert "net" in lines
    assert "big" not in lines
    (problem,) = find_problems(reopen(book))
    row = file.read_text(encoding="utf-8").split("\n")[problem.line - 1]
    assert (problem.code, problem.path) == ("expression-wrong", "schema/deal.toml")
    assert row[problem.column - 1 :].startswith("amuont>5k")
    assert problem.remedy.startswith("did you mean `amount`?")


def test_a_sound_schema_has_no_problem(book: Book) -> None:
    assert find_problems(book) == []


def test_a_tag_is_checked_too(book: Book) -> None:
    (book.root / "rules").mkdir()
    tag = '[tag.vip]\nfor = "customer"\nwhere = "ownr:me"\n'
    (book.root / "rules" / "x.toml").write_text(tag, encoding="utf-8")
    (problem,) = find_problems(reopen(book))
    assert (problem.path, problem.line, problem.column) == ("rules/x.toml", 3, 10)
    assert problem.message == "tag.vip: `where`: customer has no field `ownr`"


def test_nothing_is_written_to_one(book: Book) -> None:
    deal = book.setup.types["deal"]
    with pytest.raises(FieldComputedError) as raised:
        typed_value(book, deal, deal.fields["net"], "5")
    assert raised.value.exit_code == 2


def test_amounts_are_asked_at_the_books_rates(book: Book) -> None:
    assert column(book, "name", "amount>=9000USD") == ["Bolt"]  # 8,100 EUR on both sides
    assert column(book, "name", "amount>9000USD") == []
    with pytest.raises(NoRateError, match="no rate for NOK on or before 2026-11-20"):  # the rate is of December
        column(book, "name", "amount>5NOK")
