"""Defaults in parentheses are expressions, asked of the record as it is planned."""

from __future__ import annotations

import pytest

from crmcli.actions.add import add_record
from crmcli.engines.conditions import ConditionWrongError
from crmcli.engines.plan import IMPORT
from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Fields, Ref
from crmcli.store.book import Book
from tests.books import add
from tests.environment import NOW
from tests.unit.engines.conditioned import with_fields


@pytest.fixture
def book(book: Book, monkeypatch: pytest.MonkeyPatch) -> Book:
    """A book on a Friday."""
    monkeypatch.setenv("CRM_NOW", NOW)
    return book


def fields(book: Book, type_name: str, title: str, *words: str) -> Fields:
    """What a new record holds."""
    return dict(book.read_record(add(book, type_name, title, *words)).fields)


def test_an_amount_of_the_record_itself(book: Book) -> None:
    book = with_fields(book, "deal", 'fee = { type = "money", default = "(amount * 10%)" }')
    assert fields(book, "deal", "Arm", "amount=12k")["fee"] == "1200.00 EUR"
    assert fields(book, "deal", "Arm", "amount=12k", "fee=1")["fee"] == "1.00 EUR"
    assert "fee" not in fields(book, "deal", "Arm", "amount=12k", "fee=")
    assert "fee" not in fields(book, "deal", "Arm")


def test_a_length_of_another_record_and_a_day(book: Book) -> None:
    book = with_fields(book, "customer", 'terms = { type = "duration" }')
    book = with_fields(
        book,
        "deal",
        'date = { type = "date", default = "today" }',
        'due = { type = "date", default = "(date + customer.terms)" }',
        'grace = { type = "date", default = "(due + 7d)" }',
    )
    acme = add(book, "customer", "Acme", "terms=30d")
    held = fields(book, "deal", "Arm", f"customer={acme.id}")
    assert (held["date"], held["due"], held["grace"]) == ("2026-11-20", "2026-12-20", "2026-12-27")
    held = fields(book, "deal", "Arm", f"customer={acme.id}", "date=2026-02-01")
    assert (held["due"], held["grace"]) == ("2026-03-03", "2026-03-10")


def test_who_writes_and_conditions_and_the_stage(book: Book) -> None:
    book = with_fields(
        book,
        "deal",
        'by_hand = { type = "member", default = "(me)", back = "hand_deals" }',
        'big = { type = "flag", default = "(amount>=100k)" }',
        'kind = { type = "choice", options = ["new", "old"], default = "(if(stage:contact, \'new\', \'old\'))" }',
    )
    held = fields(book, "deal", "Arm", "amount=12k")
    assert (held["by_hand"], held["big"], held["kind"]) == (book.me, "no", "new")
    assert fields(book, "deal", "Arm", "amount=200k", "stage=needs")["kind"] == "old"


def test_a_list_and_a_path_to_a_field_of_another_type(book: Book) -> None:
    book = with_fields(book, "customer", 'mails = { type = "text" }', 'team = { type = "member[]", back = "teams" }')
    book = with_fields(
        book,
        "deal",
        'team = { type = "member[]", default = "(customer.team)", back = "team_deals" }',
        'starts = { type = "date", default = "(customer.created)" }',
    )
    acme = add(book, "customer", "Acme", "team=me")
    held = fields(book, "deal", "Arm", f"customer={acme.id}")
    assert held["team"] == [book.me]
    assert held["starts"] == "2026-11-20"


def test_a_record_made_in_the_same_op_is_seen(book: Book) -> None:
    book = with_fields(
        book,
        "deal",
        'source = { type = "choice", options = "customer.source", default = "(customer.source)" }',
        'size = { type = "int", default = "(customer.size * 2)" }',
    )
    acme, arm = Ref("customers", "acme-1"), Ref("deals", "arm-1")
    changes = [
        Change("create", acme, record={"name": "Acme", "source": "fair", "size": "4"}),
        Change("create", arm, record={"name": "Arm", "customer": "acme-1"}),
    ]
    carry_out(book, changes, Request("test"))
    held = book.read_record(arm).fields
    assert (held["source"], held["size"]) == ("fair", "8")


def test_an_import_fills_them_too(book: Book) -> None:
    book = with_fields(book, "deal", 'fee = { type = "money", default = "(amount * 10%)" }')
    ref = Ref("deals", "arm-1")
    change = Change("create", ref, record={"name": "Arm", "amount": "100.00 EUR"})
    carry_out(book, [change], Request("import", rules=IMPORT))
    assert book.read_record(ref).fields["fee"] == "10.00 EUR"


def test_a_dotted_path_asks_nothing_of_a_trial(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    book = with_fields(book, "deal", 'owner = { type = "member", default = "(customer.owner)", back = "deals" }')
    acme = add(book, "customer", "Acme")
    monkeypatch.setattr("crmcli.store.index.index.Index.trial", lambda _: pytest.fail("tried"))
    assert fields(book, "deal", "Arm", f"customer={acme.id}")["owner"] == book.me


def test_one_that_nobody_can_read(book: Book) -> None:
    book = with_fields(book, "deal", 'fee = { type = "money", default = "(amuont * 10%)" }')
    with pytest.raises(ConditionWrongError, match="`default` of fee cannot be asked: deal has no field `amuont`"):
        add(book, "deal", "Arm")
    assert add_record(book, book.setup.types["deal"], "Arm", ["fee=1"]).refs
