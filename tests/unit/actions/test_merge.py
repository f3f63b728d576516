"""Letting records go into one: fields, references, names, rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from crmcli.actions.attach import attach_files
from crmcli.actions.identity.merge import (
    ArchivedApartError,
    NothingToTakeError,
    TypesDifferError,
    Wishes,
    WithItselfError,
    merge,
)
from crmcli.actions.identity.unmerge import unmerge
from crmcli.actions.relinking import RowsAlikeError
from crmcli.actions.rename import rename
from crmcli.actions.undo import undo
from crmcli.engines.form import FieldEmptyError, ValueTakenError
from crmcli.engines.plan import UNDO
from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Fields, Ref
from crmcli.reports.record_page import record_page
from crmcli.reports.timeline import timeline_events
from crmcli.store.book import Book
from crmcli.store.identity import save_me, whoami
from crmcli.store.merged import merged_into
from crmcli.store.who import find_who, merged_as
from tests.books import make_book, reopen
from tests.environment import NOW
from tests.lines import LINE, with_lines
from tests.storing import index_differences, replay_differences

A, B, C = (Ref("customers", f"acme-{name}") for name in "abc")
D1, D2, D3 = (Ref("deals", f"deal-{name}") for name in "123")
LATER = "2026-12-20T09:00:00+01:00"


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Book]:
    """Three customers and what refers to them."""
    monkeypatch.setenv("CRM_NOW", NOW)
    made = with_lines(make_book(tmp_path / "book"), LINE.replace(", need = true", ""))
    customers: dict[Ref, Fields] = {
        A: {"name": "Acme GmbH", "size": "10", "tags": ["old"], "email": ["info@acme.de"]},
        B: {
            "name": "Acme Germany",
            "industry": "steel",
            "tags": ["vip"],
            "email": ["de@acme.de"],
            "aliases": ["acme-x"],
        },
        C: {"name": "Acme Ltd", "parent": "acme-b", "country": "GB"},
    }
    put(made, *(Change("create", ref, record=fields) for ref, fields in customers.items()))
    yield made
    assert index_differences(made) == []
    assert replay_differences(made) == []
    made.index.close()


def put(book: Book, *changes: Change) -> None:
    carry_out(book, list(changes), Request("test", rules=UNDO))


def fields_of(book: Book, ref: Ref) -> Fields:
    return dict(book.read_record(ref).fields)


# ---- fields --------------------------------------------------------------------------------------------------


def test_what_only_one_has_becomes_the_other_ones(book: Book) -> None:
    found = merge(book, A, [B])
    kept = fields_of(book, A)
    assert (kept["name"], kept["size"], kept["industry"]) == ("Acme GmbH", "10", "steel")
    assert (kept["tags"], kept["email"]) == (["old", "vip"], ["info@acme.de", "de@acme.de"])
    assert kept["aliases"] == ["acme-b", "acme-x"]
    assert kept["created"] == NOW
    [difference] = found.differences
    assert (difference.name, difference.mine, difference.other) == ("name", "Acme GmbH", "Acme Germany")
    gone = next(event for event in found.outcome.events if event.do == "delete")
    assert gone.record is not None
    assert gone.record["name"] == "Acme Germany", "the losing value is in the op"


def test_a_reference_to_one_of_us_goes(book: Book) -> None:
    """C is part of B. Once the two are one, it is part of nothing, and not of itself."""
    merge(book, B, [C])
    assert "parent" not in fields_of(book, B)
    unmerge(book, B, C)
    assert fields_of(book, C)["parent"] == "acme-b"
    merge(book, C, [B])
    assert "parent" not in fields_of(book, C)
    unmerge(book, C, B)
    assert fields_of(book, C)["parent"] == "acme-b"


def test_a_part_of_the_one_that_went_is_part_of_the_kept(book: Book) -> None:
    found = merge(book, A, [B])
    assert fields_of(book, C)["parent"] == "acme-a"
    assert found.relinked == 1


def test_the_text_comes_below_unless_it_is_there(book: Book) -> None:
    put(book, *(Change("set", ref, "body", to=text) for ref, text in ((A, "one\n\ntwo"), (B, "two"), (C, "three"))))
    merge(book, A, [B, C])
    assert fields_of(book, A)["body"] == "one\n\ntwo\n\nthree"


def test_keys_that_the_schema_does_not_know_are_united_too(book: Book) -> None:
    path = book.root / f"{B}.md"
    path.write_text(path.read_text().replace("created:", "odd: kept\nmany:\n  - x\ncreated:"))
    book.index.stale()
    merge(book, A, [B])
    assert (fields_of(book, A)["odd"], fields_of(book, A)["many"]) == ("kept", ["x"])


def test_taking_fields_taking_all_and_a_word(book: Book) -> None:
    put(book, Change("set", B, "size", to="12"), Change("set", C, "size", to="14"))
    merge(book, A, [B, C], Wishes(fields=frozenset(["size"])))
    assert fields_of(book, A)["size"] == "12", "the first that goes and has another"
    undo(book)
    merge(book, A, [B, C], Wishes(whole=C))
    assert (fields_of(book, A)["size"], fields_of(book, A)["name"]) == ("14", "Acme Ltd")
    undo(book)
    merge(book, A, [B, C], Wishes(chosen=frozenset([(B, "name"), (C, "size")])))
    assert (fields_of(book, A)["size"], fields_of(book, A)["name"]) == ("14", "Acme Germany")
    undo(book)
    found = merge(book, A, [B, C], Wishes(words=("size=99",), fields=frozenset(["size"])))
    assert fields_of(book, A)["size"] == "99"
    assert {difference.name for difference in found.differences} == {"name"}
    for gone in (C, B):
        unmerge(book, A, gone)
    assert fields_of(book, A)["size"] == "10"


def test_rows_that_name_the_same_are_one(book: Book) -> None:
    put(
        book,
        *(Change("create", Ref("products", name), record={"name": name}) for name in ("pump", "arm")),
        Change("create", D1, record={"name": "1", "lines": ["{product: pump, qty: 1}", "{qty: 7}"]}),
        Change(
            "create",
            D2,
            record={"name": "2", "lines": ["{product: pump, qty: 2, note: x}", "{product: arm}", "{qty: 7}"]},
        ),
    )
    found = merge(book, D1, [D2], dry_run=True)
    assert [(d.name, d.mine, d.other) for d in found.differences] == [("name", "1", "2"), ("lines.1.qty", "1", "2")]
    merge(book, D1, [D2])
    assert fields_of(book, D1)["lines"] == ["{product: pump, qty: 1, note: x}", "{qty: 7}", "{product: arm}"]
    undo(book)
    merge(book, D1, [D2], Wishes(fields=frozenset(["lines"])))
    assert fields_of(book, D1)["lines"] == ["{product: pump, qty: 2, note: x}", "{qty: 7}", "{product: arm}"]
    undo(book)


def test_a_stage_stays_and_what_is_read_from_it(book: Book) -> None:
    put(
        book,
        Change("create", D1, record={"name": "x", "stage": "contact", "pipeline": "sales"}),
        Change("create", D2, record={"name": "x", "stage": "proposal", "odds": "70%", "amount": "5.00 EUR"}),
    )
    found = merge(book, D1, [D2])
    kept = fields_of(book, D1)
    assert (kept["stage"], kept.get("odds"), kept["amount"]) == ("contact", None, "5.00 EUR")
    assert [(stay.name, stay.mine, stay.other) for stay in found.stays] == [
        ("stage", "contact", "proposal"),
        ("odds", "", "70%"),
    ]
    assert not [event for event in found.outcome.events if event.do == "move"]


# ---- references ----------------------------------------------------------------------------------------------


def test_references_follow_from_fields_lists_rows_and_to_any_type(book: Book) -> None:
    bo, al = Ref("contacts", "bo"), Ref("contacts", "al")
    put(
        book,
        Change("create", bo, record={"name": "Bo", "customer": "acme-b"}),
        Change("create", al, record={"name": "Al", "customer": "acme-x"}),  # a former name
        Change("create", D1, record={"name": "1", "people": ["al", "bo"]}),
        Change("create", Ref("tasks", "call"), record={"text": "call", "on": "customers/acme-b", "due": "2026-12-01"}),
        *(Change("create", Ref("products", name), record={"name": name}) for name in ("pump", "arm")),
        Change("create", D2, record={"name": "2", "lines": ["{product: arm, qty: 1}", "{product: pump, qty: 2}"]}),
    )
    merge(book, A, [B])
    assert fields_of(book, bo)["customer"] == "acme-a"
    assert fields_of(book, al)["customer"] == "acme-a"
    assert fields_of(book, Ref("tasks", "call"))["on"] == "customers/acme-a"
    merge(book, bo, [al])
    assert fields_of(book, D1)["people"] == ["bo"]
    merge(book, Ref("products", "pump"), [Ref("products", "arm")])
    assert fields_of(book, D2)["lines"] == ["{product: pump, qty: 1}", "{product: pump, qty: 2}"]
    unmerge(book, Ref("products", "pump"), Ref("products", "arm"))
    unmerge(book, bo, al)
    unmerge(book, A, B)
    assert fields_of(book, D2)["lines"] == ["{product: arm, qty: 1}", "{product: pump, qty: 2}"]
    assert fields_of(book, D1)["people"] == ["al", "bo"]
    assert fields_of(book, al)["customer"] == "acme-x", "the name it went by"


def test_a_row_that_would_be_lost_stops_it(book: Book) -> None:
    put(
        book,
        *(Change("create", Ref("products", name), record={"name": name}) for name in ("pump", "arm")),
        Change("create", D1, record={"name": "1", "lines": ["{product: arm, qty: 1}", "{product: pump, qty: 1}"]}),
    )
    with pytest.raises(RowsAlikeError):
        merge(book, Ref("products", "pump"), [Ref("products", "arm")])


def test_a_lock_on_the_referring_field_does_not_stop_it(book: Book) -> None:
    """Nothing about the deal changed: its rules are not asked."""
    path = book.root / "schema" / "deal.toml"
    text = path.read_text()
    path.write_text(
        text.replace('customer    = { type = "customer",', 'customer    = { type = "customer", lock = true,')
    )
    book = reopen(book)
    put(book, Change("create", D1, record={"name": "1", "customer": "acme-b"}))
    merge(book, A, [B])
    assert fields_of(book, D1)["customer"] == "acme-a"
    book.index.close()


def test_attachments_stay_and_stay_linked(book: Book, tmp_path: Path) -> None:
    offer = tmp_path / "offer.txt"
    offer.write_text("an offer")
    attach_files(book, B, [offer])
    merge(book, A, [B])
    assert (book.root / "files" / str(B) / "offer.txt").read_text() == "an offer"
    assert [event.more.get("file") for event in timeline_events(book, A, changes=False)] == [f"files/{B}/offer.txt"]


# ---- rules ---------------------------------------------------------------------------------------------------


def test_a_unique_value_goes_along_with_its_record(book: Book) -> None:
    path = book.root / "schema" / "customer.toml"
    path.write_text(
        path.read_text().replace('website   = { type = "url",', 'website   = { type = "url", unique = true,')
    )
    book = reopen(book)
    put(book, Change("set", B, "website", to="https://acme.example"))
    merge(book, A, [B])
    assert fields_of(book, A)["website"] == "https://acme.example"
    with pytest.raises(ValueTakenError):
        put(book, Change("set", C, "website", to="https://acme.example"))
    unmerge(book, A, B)
    assert "website" not in fields_of(book, A)
    undo(book)
    undo(book, "")
    book.index.close()


def test_the_kept_record_keeps_the_companys_rules(book: Book) -> None:
    path = book.root / "schema" / "customer.toml"
    path.write_text(path.read_text().replace('website   = { type = "url",', 'website   = { type = "url", need = true,'))
    book = reopen(book)
    with pytest.raises(FieldEmptyError):
        merge(book, A, [B])
    put(book, Change("set", B, "website", to="https://acme.example"))
    merge(book, A, [B])
    book.index.close()


def test_what_cannot_be_merged(book: Book) -> None:
    put(book, Change("create", D1, record={"name": "1"}), Change("set", B, "archived", to="2026-11-01"))
    with pytest.raises(WithItselfError):
        merge(book, A, [A])
    with pytest.raises(WithItselfError):
        merge(book, A, [])
    with pytest.raises(TypesDifferError):
        merge(book, A, [D1])
    with pytest.raises(ArchivedApartError):
        merge(book, A, [B])
    with pytest.raises(ArchivedApartError):
        merge(book, B, [A])
    with pytest.raises(NothingToTakeError):
        merge(book, A, [C], Wishes(fields=frozenset(["industry"])))
    merge(book, A, [B], Wishes(archived=True))
    assert "archived" not in fields_of(book, A)


def test_a_dry_run_writes_nothing(book: Book) -> None:
    before = sorted(
        (path, path.read_bytes()) for path in book.root.rglob("*") if path.is_file() and ".crm" not in path.parts
    )
    found = merge(book, A, [B], dry_run=True)
    assert found.outcome.dry
    assert found.outcome.events
    after = sorted(
        (path, path.read_bytes()) for path in book.root.rglob("*") if path.is_file() and ".crm" not in path.parts
    )
    assert after == before


# ---- names ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["acme-b", "acme-x", "Acme Germany", "customers/acme-b", "acme-b.md"])
def test_what_it_answered_to_finds_the_kept(book: Book, word: str) -> None:
    merge(book, A, [B])
    assert find_who(book, word) == A
    assert merged_as(book, word, A) == B


@pytest.mark.parametrize("word", ["acme-a", "Acme GmbH", "de@acme.de", "acme-"])
def test_what_the_kept_answers_to_itself_is_not_the_others(book: Book, word: str) -> None:
    merge(book, A, [B])
    assert merged_as(book, word, A) is None


def test_whoever_is_called_so_today_comes_first(book: Book) -> None:
    merge(book, A, [B])
    put(book, Change("create", Ref("customers", "other"), record={"name": "Acme Germany"}))
    assert find_who(book, "Acme Germany") == Ref("customers", "other")


def test_names_follow_a_rename_and_a_chain(book: Book) -> None:
    merge(book, B, [C])
    merge(book, A, [B])
    rename(book, A, "acme")
    kept = Ref("customers", "acme")
    assert {find_who(book, word) for word in ("acme-a", "acme-b", "acme-c", "Acme Ltd", "acme-x")} == {kept}
    assert merged_into(book, kept) == [B, C]
    unmerge(book, kept, C)
    assert find_who(book, "acme-c") == C
    unmerge(book, kept, B)
    assert merged_into(book, kept) == []
    assert fields_of(book, kept)["aliases"] == ["acme-a"]


def test_a_member_that_was_merged_is_still_who_did_it(book: Book) -> None:
    twin = Ref("members", "anna-2")
    anna = Ref("members", book.me)
    put(book, Change("create", twin, record={"name": "Anna K."}))
    save_me(book, "anna-2")
    merge(book, anna, [twin])
    assert whoami(book, "") == anna.id
    twins = Book(book.root, me=anna.id)
    put(twins, Change("log", A, more={"kind": "call", "text": "by the twin"}, by="anna-2"))
    book.index.stale()
    assert {line.by for line in record_page(book, A).timeline} == {"Anna Kern"}
    twins.index.close()


# ---- the past ------------------------------------------------------------------------------------------------


def test_before_the_merge_both_are_as_they_were(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    put(
        book,
        Change("log", B, more={"kind": "call", "text": "of b"}),
        Change("create", D1, record={"name": "1", "customer": "acme-b"}),
    )
    monkeypatch.setenv("CRM_NOW", LATER)
    book.__dict__.pop("context", None)
    merge(book, A, [B])
    put(book, Change("create", D2, record={"name": "2", "customer": "acme-b"}))  # somebody who had not heard
    with_it, before = (book.at(datetime.fromisoformat(moment)) for moment in (LATER, "2026-11-25T00:00:00+01:00"))
    for past, own in ((with_it, A), (before, B)):
        assert find_who(past, "acme-b") == own
        assert find_who(past, "Acme Germany") == own
        assert [event.more["text"] for event in timeline_events(past, own, changes=False)] == ["of b"]
        deals = past.index.rows("SELECT to_id FROM refs WHERE field = 'customer' ORDER BY id")
        assert {str(row[0]) for row in deals} == {own.id}
        touched = past.index.row("SELECT touched FROM rec_customers WHERE id = ?", (own.id,))
        assert touched is not None
        assert touched[0] is not None
    assert fields_of(before, A).get("aliases") is None
    assert timeline_events(before, A, changes=False) == []
    assert merged_into(before, A) == []
    assert merged_into(with_it, A) == [B]
    with_it.rewind(datetime.fromisoformat("2026-11-25T00:00:00+01:00"))
    assert find_who(with_it, "acme-b") == B
    with_it.close()
    before.close()
