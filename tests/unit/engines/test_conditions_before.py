"""`old.` and `changed()` in the conditions of a plan: the state before it."""

from __future__ import annotations

import pytest

from crmcli.actions.rename import rename
from crmcli.actions.set import set_fields
from crmcli.engines.enforce import ConditionBrokenError, FieldNeededError
from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.store.book import Book
from tests.books import add
from tests.unit.engines.conditioned import with_fields


def test_old_speaks_of_the_state_before(book: Book) -> None:
    book = with_fields(
        book,
        "deal",
        'amount = { type = "money", must = "old.amount:none OR amount>=old.amount", say = "it only grows" }',
        'why = { type = "text", need = "close!=old.close old.close:any" }',
    )
    ref = add(book, "deal", "Arm", "amount=100")
    with pytest.raises(ConditionBrokenError, match="it only grows"):
        set_fields(book, [ref], ["amount=99"])
    set_fields(book, [ref], ["amount=100", "close=2026-12-01"])
    with pytest.raises(FieldNeededError, match="why is needed"):
        set_fields(book, [ref], ["close=2026-12-02"])
    set_fields(book, [ref], ["close=2026-12-02", "why=they asked"])
    fresh = add(book, "deal", "Pump", "amount=1", "close=2026-12-01", "why=x")
    assert book.read_record(fresh).fields["amount"] == "1.00 EUR"


def test_a_renamed_record_keeps_its_state_before(book: Book) -> None:
    book = with_fields(book, "deal", 'amount = { type = "money", must = "amount=old.amount OR old.amount:none" }')
    ref = add(book, "deal", "Arm", "amount=100")
    changes = [Change("rename", ref, to="other-arm"), Change("set", ref, "amount", to="5.00 EUR")]
    with pytest.raises(ConditionBrokenError):
        carry_out(book, changes, Request("test"))
    rename(book, ref, "other-arm")
    assert book.read_record(Ref("deals", "other-arm")).fields["amount"] == "100.00 EUR"


def test_changed_says_whether_a_field_differs(book: Book) -> None:
    book = with_fields(book, "deal", 'why = { type = "text", need = "changed(close) old.close:any" }')
    ref = add(book, "deal", "Arm", "close=2026-12-01")
    set_fields(book, [ref], ["amount=1"])
    with pytest.raises(FieldNeededError, match="why is needed"):
        set_fields(book, [ref], ["close=2026-12-02"])
    set_fields(book, [ref], ["close=2026-12-02", "why=they asked"])


def test_other_records_are_as_they_are(book: Book) -> None:
    book = with_fields(
        book, "customer", 'size = { type = "int", must = "count(deals, old.amount>=10)<=1", say = "one at most" }'
    )
    acme = add(book, "customer", "Acme")
    first = add(book, "deal", "Arm", f"customer={acme.id}", "amount=10")
    set_fields(book, [acme], ["size=1"])
    add(book, "deal", "Pump", f"customer={acme.id}", "amount=10")
    with pytest.raises(ConditionBrokenError, match="one at most"):
        set_fields(book, [acme], ["size=2"])
    # both are in the plan: the deal had 10 before it, whatever it has after
    changes = [Change("set", first, "amount", to="1.00 EUR"), Change("set", acme, "size", to="3")]
    with pytest.raises(ConditionBrokenError):
        carry_out(book, changes, Request("test"))
    set_fields(book, [first], ["amount=1"])
    set_fields(book, [acme], ["size=3"])
