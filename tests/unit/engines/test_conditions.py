"""`need`, `lock`, `must` as conditions: asked of the planned state, on every road a person takes."""

from __future__ import annotations

import pytest

from crmcli.actions.archive import delete
from crmcli.actions.edit import apply_edit
from crmcli.actions.log import Entry, log_entry
from crmcli.actions.move import move_records
from crmcli.actions.set import set_fields
from crmcli.actions.undo import undo
from crmcli.engines.conditions import ConditionWrongError
from crmcli.engines.enforce import ConditionBrokenError, FieldLockedError, FieldNeededError
from crmcli.engines.form import FieldsMissingError
from crmcli.engines.plan import IMPORT
from crmcli.engines.process import StageComputedError, StageNeedsError
from crmcli.engines.road import Request, carry_out
from crmcli.errors import CrmError
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.store.book import Book
from tests.books import add, reopen
from tests.unit.engines.conditioned import journal, with_fields

LOST = (
    'lost_note = { type = "text", label = { en = "Note", zh = "说明" }, need = "lost_reason:other" }',
    'rival = { type = "text", need = "is:lost lost_reason:rival" }',
)


# ---- need --------------------------------------------------------------------------------------------------


def test_a_need_holds_where_its_condition_does(book: Book) -> None:
    book = with_fields(book, "deal", *LOST)
    ref = add(book, "deal", "Arm", "amount=12k")
    before = journal(book)
    with pytest.raises(FieldNeededError) as caught:
        move_records(book, [ref], "lost", ["lost_reason=other"])
    assert caught.value.exit_code == 7
    assert str(caught.value) == f"{ref}: lost_note (Note) is needed: lost_reason:other"
    assert caught.value.names == ("lost_note",)
    assert journal(book) == before
    move_records(book, [ref], "lost", ["lost_reason=other", "lost_note=they went silent"])
    set_fields(book, [ref], ["lost_reason=price", "lost_note="])
    with pytest.raises(FieldNeededError):
        set_fields(book, [ref], ["lost_reason=rival"])


def test_a_need_is_asked_after_the_change_and_names_all_that_is_missing(book: Book) -> None:
    book = with_fields(
        book, "deal", 'a = { type = "text", need = "stage:proposal" }', 'b = { type = "int", need = "amount>1k" }'
    )
    ref = add(book, "deal", "Arm", "amount=500")
    with pytest.raises(FieldNeededError) as caught:
        move_records(book, [ref], "proposal", ["amount=2k"])
    assert str(caught.value) == f"{ref}: a is needed: stage:proposal; b is needed: amount>1k"
    move_records(book, [ref], "proposal", ["amount=2k", "a=x", "b=3"])


def test_the_choices_of_a_needed_field_are_named(book: Book) -> None:
    book = with_fields(book, "deal", 'why = { type = "choice", options = ["new", "old"], need = "amount:any" }')
    with pytest.raises(FieldNeededError) as caught:
        add(book, "deal", "Arm", "amount=1")
    assert caught.value.hint == "give it in the same command: why=… (new, old)"


def test_a_need_sees_other_records_and_the_move_that_is_planned(book: Book) -> None:
    book = with_fields(
        book,
        "deal",
        'tier = { type = "text", need = "customer.size>100" }',
        'days = { type = "text", need = "stage_days:0 stage:needs" }',
    )
    big, small = add(book, "customer", "Big", "size=500"), add(book, "customer", "Small", "size=3")
    ref = add(book, "deal", "Arm", f"customer={small.id}")
    with pytest.raises(FieldNeededError, match=r"customer\.size>100"):
        set_fields(book, [ref], [f"customer={big.id}"])
    with pytest.raises(FieldNeededError, match="days is needed"):
        move_records(book, [ref], "needs")


def test_a_computed_field_may_be_needed(book: Book) -> None:
    book = with_fields(
        book,
        "deal",
        'cost = { type = "money" }',
        'profit = { type = "money", calc = "amount - cost", need = "is:won" }',
    )
    ref = add(book, "deal", "Arm", "amount=12k")
    move_records(book, [ref], "proposal")
    with pytest.raises(FieldNeededError) as caught:
        move_records(book, [ref], "won")
    assert caught.value.names == ()
    assert "computed from: amount - cost" in caught.value.hint
    move_records(book, [ref], "won", ["cost=3k"])


# ---- must --------------------------------------------------------------------------------------------------


def test_a_must_says_its_own_sentence(book: Book) -> None:
    book = with_fields(
        book,
        "customer",
        'size = { type = "int", must = "size>=1", say = { en = "at least one works there", zh = "人数至少为 1" } }',
        'floor = { type = "int", must = "floor<=size" }',
    )
    ref = add(book, "customer", "Acme")  # an empty field breaks no rule: `need` is for that
    with pytest.raises(ConditionBrokenError) as caught:
        set_fields(book, [ref], ["size=0"])
    assert caught.value.exit_code == 7
    assert str(caught.value) == f"{ref}: at least one works there (size: 0)"
    with pytest.raises(ConditionBrokenError) as caught:
        set_fields(book, [ref], ["size=5", "floor=6"])
    assert str(caught.value) == f"{ref}: floor is 6 and must keep floor<=size"
    set_fields(book, [ref], ["size=6", "floor=6"])
    with pytest.raises(ConditionBrokenError, match="floor is 6"):
        set_fields(book, [ref], ["size=5"])


def test_the_sentence_is_in_the_book_s_language(book: Book) -> None:
    path = book.root / "crm.toml"
    path.write_text(path.read_text().replace('language = "en"', 'language = "zh"'))
    book = with_fields(
        book, "customer", 'size = { type = "int", must = "size>=1", say = { en = "one", zh = "人数至少为 1" } }'
    )
    with pytest.raises(ConditionBrokenError, match="人数至少为 1"):
        add(book, "customer", "Acme", "size=0")


def test_one_broken_record_refuses_the_whole_op(book: Book) -> None:
    book = with_fields(book, "customer", 'size = { type = "int", must = "size<=10" }')
    refs = [add(book, "customer", f"C{n}", f"size={n}") for n in (1, 9)]
    before = journal(book)
    with pytest.raises(ConditionBrokenError, match=str(refs[1])):
        set_fields(book, refs, ["size=(size*2)"])
    assert journal(book) == before
    set_fields(book, refs, ["size=(size+1)"])


def test_a_must_on_a_computed_field_shows_its_value(book: Book) -> None:
    book = with_fields(
        book,
        "deal",
        'cost = { type = "money" }',
        'profit = { type = "money", calc = "amount - cost", must = "profit>0" }',
    )
    ref = add(book, "deal", "Arm", "amount=100")
    with pytest.raises(ConditionBrokenError, match=r"profit is -20.00 EUR and must keep profit>0"):
        set_fields(book, [ref], ["cost=120"])


# ---- lock --------------------------------------------------------------------------------------------------


def test_a_lock_is_asked_of_the_state_before(book: Book) -> None:
    book = with_fields(book, "deal", 'amount = { type = "money", label = { en = "Amount" }, lock = "is:closed" }')
    ref = add(book, "deal", "Arm", "amount=12k")
    move_records(book, [ref], "proposal")
    move_records(book, [ref], "won", ["amount=13k"])  # it was open before
    with pytest.raises(FieldLockedError) as caught:
        set_fields(book, [ref], ["amount=14k", "close=2026-12-01"])
    assert caught.value.exit_code == 7
    assert str(caught.value) == f"{ref}: amount (Amount) is locked: is:closed"
    assert caught.value.hint == "it stays 13,000.00 EUR; leave it out of the change"
    set_fields(book, [ref], ["amount=13k", "close=2026-12-01"])
    with pytest.raises(FieldLockedError):
        set_fields(book, [ref], ["amount="])


def test_lock_true_is_set_once(book: Book) -> None:
    book = with_fields(book, "deal", 'number = { type = "text", lock = true }')
    ref = add(book, "deal", "Arm")
    set_fields(book, [ref], ["number=A-1"])
    with pytest.raises(FieldLockedError, match="number is locked: it is set once"):
        set_fields(book, [ref], ["number=A-2"])
    with pytest.raises(FieldLockedError):
        set_fields(book, [ref], ["number="])
    with pytest.raises(FieldLockedError):
        set_fields(book, [add(book, "deal", "Pump", "number=B")], ["number=C"])


def test_an_edit_takes_the_same_road(book: Book) -> None:
    book = with_fields(book, "deal", 'number = { type = "text", lock = true }')
    ref = add(book, "deal", "Arm", "number=A-1")
    base = (book.root / book.path_of(ref)).read_bytes()
    with pytest.raises(FieldLockedError):
        apply_edit(book, ref, base, base.replace(b"A-1", b"A-2"))


# ---- roads -------------------------------------------------------------------------------------------------


def test_import_asks_no_condition(book: Book) -> None:
    book = with_fields(book, "customer", 'size = { type = "int", must = "size<=10" }')
    ref = Ref("customers", "acme")
    carry_out(book, [Change("create", ref, record={"name": "Acme", "size": "99"})], Request("import", rules=IMPORT))
    with pytest.raises(ConditionBrokenError):  # the next change of a person has to put it right
        set_fields(book, [ref], ["industry=steel"])
    set_fields(book, [ref], ["industry=steel", "size=9"])


def test_undo_asks_none_and_a_log_line_neither(book: Book) -> None:
    book = with_fields(book, "deal", 'number = { type = "text", lock = true }')
    ref = add(book, "deal", "Arm")
    set_fields(book, [ref], ["number=A-1"])
    undo(book)
    assert "number" not in book.read_record(ref).fields
    path = book.root / "schema" / "deal.toml"
    path.write_text(path.read_text() + 'later = { type = "text", need = "name:any" }\n')
    book = reopen(book)
    log_entry(book, [ref], Entry("hello", "call"))
    delete(book, [ref], purge=True)
    assert not (book.root / "deals" / f"{ref.id}.md").exists()


def test_a_type_without_conditions_is_not_tried(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    class TriedError(Exception):
        pass

    def trial(_: object) -> None:
        raise TriedError

    monkeypatch.setattr("crmcli.store.index.index.Index.trial", trial)
    add(book, "deal", "Arm", "amount=12k")
    book = with_fields(book, "deal", 'amount = { type = "money", must = "amount<1k" }')
    with pytest.raises(TriedError):
        add(book, "deal", "Pump", "amount=12")


def test_nothing_of_the_trial_stays(book: Book) -> None:
    book = with_fields(book, "deal", 'amount = { type = "money", must = "amount<1k" }')
    add(book, "deal", "Arm", "amount=100")
    with pytest.raises(ConditionBrokenError):
        add(book, "deal", "Pump", "amount=12k")
    assert [row[0] for row in book.index.rows("SELECT name FROM rec_deals")] == ["Arm"]
    assert book.index.rows("SELECT 1 FROM sqlite_temp_schema WHERE name LIKE 'old_%'") == []
    assert len(book.index.rows("SELECT 1 FROM events WHERE do = 'create' AND \"on\" LIKE 'deals/%'")) == 1


def test_a_condition_nobody_can_read_stops_writes_and_says_where(book: Book) -> None:
    book = with_fields(book, "deal", 'amount = { type = "money", must = "amuont>0" }')
    with pytest.raises(ConditionWrongError) as caught:
        add(book, "deal", "Arm")
    assert caught.value.exit_code == 6
    assert str(caught.value).startswith(
        "schema/deal.toml: `must` of amount cannot be asked: deal has no field `amuont`"
    )


def test_nothing_is_approved_where_nobody_was_asked(book: Book) -> None:
    book = with_fields(book, "deal", 'amount = { type = "money", lock = "is:approved" }')
    ref = add(book, "deal", "Arm", "amount=1")
    set_fields(book, [ref], ["amount=2"])
    assert book.read_record(ref).fields["amount"] == "2.00 EUR"
    book = with_fields(book, "deal", 'amount = { type = "money", lock = "is:open" }')
    with pytest.raises(FieldLockedError):
        set_fields(book, [ref], ["amount=3"])


# ---- stages ------------------------------------------------------------------------------------------------


def test_a_stage_may_need_what_is_computed(book: Book) -> None:
    book = with_fields(book, "deal", 'cost = { type = "money" }', 'profit = { type = "money", calc = "amount - cost" }')
    path = book.root / "pipelines" / "sales.toml"
    path.write_text(path.read_text().replace('need  = ["amount", "close"]', 'need  = ["amount", "profit"]'))
    book = reopen(book)
    ref = add(book, "deal", "Arm", "amount=12k")
    move_records(book, [ref], "proposal")
    with pytest.raises(StageComputedError) as caught:
        move_records(book, [ref], "negotiation")
    assert str(caught.value) == f"{ref} may enter negotiation only with profit, and nothing is computed for it"
    assert "amount - cost" in caught.value.hint
    with pytest.raises(StageComputedError):
        add(book, "deal", "Pump", "amount=12k", "stage=negotiation")
    with pytest.raises(StageNeedsError):
        move_records(book, [ref], "negotiation", ["amount="])
    move_records(book, [ref], "negotiation", ["cost=3k"])
    carry_out(book, [Change("move", ref, to="proposal")], Request("test"))
    carry_out(book, [Change("set", ref, "cost"), Change("move", ref, to="negotiation")], Request("x", rules=IMPORT))


def test_what_is_missing_is_told_in_one_kind_of_error() -> None:
    assert issubclass(FieldNeededError, FieldsMissingError)
    assert issubclass(StageNeedsError, FieldsMissingError)
    assert issubclass(FieldsMissingError, CrmError)
