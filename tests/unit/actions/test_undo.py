"""Taking back: whatever was done, the files are as they were; and back again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmcli.actions.archive import archive, delete
from crmcli.actions.log import Entry, log_entry
from crmcli.actions.move import move_records
from crmcli.actions.set import set_fields
from crmcli.actions.undo import AlreadyUndoneError, ChangedSinceError, NoSuchOpError, recent_ops, undo
from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.ids import encode, ulid_milliseconds
from crmcli.model.record import Ref
from crmcli.store.book import Book
from tests.books import add, make_book
from tests.storing import journal_events, replay_differences

WORDS = st.lists(
    st.sampled_from(
        [
            "size=10", "size=11", "size=", "industry=steel", "industry=", "+a", "-a", "+b", "phone=030 901820",
            "phone+=030 901821", "phone-=030 901820", "about=text", "about=", "owner=", "country=NO", "cadence=2w",
        ]
    ),
    min_size=1,
    max_size=5,
)  # fmt: skip


def _files(book: Book) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes() for plural in ("customers", "deals") for path in (book.root / plural).glob("*.md")
    }


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(words=WORDS, more=WORDS)
def test_undo_and_redo_are_exact(tmp_path_factory: pytest.TempPathFactory, words: list[str], more: list[str]) -> None:
    book = make_book(tmp_path_factory.mktemp("undo") / "book")
    ref = add(book, "customer", "Acme", "size=10", "+a", "phone=030 901820")
    one = _said(book, ref)
    first = set_fields(book, [ref], words)
    two = _said(book, ref)
    second = set_fields(book, [ref], more)
    three = _said(book, ref)
    for outcome, expected in ((second, two), (first, one)):
        if outcome.op:
            undo(book)
        assert _said(book, ref) == expected
    for outcome, expected in ((first, two), (second, three)):
        if outcome.op:
            undo(book, _undoer(book, outcome.op))
        assert _said(book, ref) == expected


def _said(book: Book, ref: Ref) -> dict[str, object]:
    """What a record says; the journal keeps which items a list has, not in which order a person put them."""
    fields = book.read_record(ref).fields
    return {name: sorted(value) if isinstance(value, list) else value for name, value in fields.items()}


def _undoer(book: Book, op: str) -> str:
    return next(
        str(row[0]) for row in book.index.rows("SELECT op, more FROM events ORDER BY id DESC") if op in str(row[1])
    )


@pytest.fixture
def deal(book: Book) -> Ref:
    return add(book, "deal", "Arm", "amount=12k", "odds=70%")


def test_a_move_comes_back_with_what_it_cleared(book: Book, deal: Ref) -> None:
    before = _files(book)
    move_records(book, [deal], "proposal", ["close=fri"], note="why")
    undo(book)
    assert _files(book) == before


def test_a_final_stage_is_no_obstacle(book: Book, deal: Ref) -> None:
    move_records(book, [deal], "proposal")
    before = _files(book)
    move_records(book, [deal], "won")
    undo(book)
    assert _files(book) == before


def test_removed_records_come_back_whole(book: Book, deal: Ref) -> None:
    path: Path = book.root / book.path_of(deal)
    path.write_text(path.read_text(encoding="utf-8") + "\nBy hand.\n", encoding="utf-8")
    before = _files(book)
    delete(book, [deal], purge=True)
    assert not path.exists()
    undo(book)
    assert _files(book) == before


def test_an_archive_and_a_log_line_are_taken_back(book: Book, deal: Ref) -> None:
    log_entry(book, [deal], Entry("oops"))
    archive(book, [deal])
    undo(book)
    assert not book.read_record(deal).text("archived")
    undo(book)
    assert not book.index.rows(
        "SELECT 1 FROM events e WHERE do = 'log' AND NOT EXISTS (SELECT 1 FROM events x WHERE x.\"of\" = e.id)"
    )


def test_what_changed_since_stops_it_all(book: Book, deal: Ref) -> None:
    op = set_fields(book, [deal], ["amount=13k", "close=fri"]).op
    set_fields(book, [deal], ["close=mon"])
    before = _files(book)
    with pytest.raises(ChangedSinceError) as refused:
        undo(book, op)
    assert "close" in str(refused.value)
    assert _files(book) == before
    undo(book, op, what_fits=True)
    record = book.read_record(deal)
    assert (record.text("amount"), record.text("close")) == ("12000.00 EUR", "2026-11-23")


def test_the_op_that_made_the_book_stays(book: Book) -> None:
    with pytest.raises(NoSuchOpError):
        undo(book)
    assert [op.cmd for op in recent_ops(book)] == ["init"]


def test_an_op_by_the_beginning_of_its_id(book: Book, deal: Ref) -> None:
    op = set_fields(book, [deal], ["amount=13k"]).op
    assert undo(book, op[:20].lower()).events
    with pytest.raises(NoSuchOpError):
        undo(book, "01")


PHONES = ["030 901820", "030 901821", "030 901822", "030 901823"]


@pytest.mark.parametrize(
    "words",
    [
        ["phone-=030 901820"],
        ["phone-=030 901821", "phone-=030 901823"],
        ["phone-=030 901820", "phone+=030 901829"],
        ["phone=030 901829"],
        ["phone="],
        ["phone=030 901822,030 901829"],
    ],
    ids=" ".join,
)
def test_what_was_taken_out_of_a_list_comes_back_where_it_stood(book: Book, words: list[str]) -> None:
    ref = add(book, "customer", "Acme", f"phone={','.join(PHONES)}")
    before = _files(book)
    set_fields(book, [ref], words)
    assert _files(book) != before
    undo(book)
    assert _files(book) == before
    assert replay_differences(book) == []


def test_what_others_did_to_the_list_since_stays_where_it_is(book: Book) -> None:
    ref = add(book, "customer", "Acme", "phone=030 901820,030 901821,030 901822")
    op = set_fields(book, [ref], ["phone-=030 901821"]).op
    set_fields(book, [ref], ["phone-=030 901820", "phone+=030 901829"])
    undo(book, op)
    assert book.read_record(ref).items("phone") == ["+4930901821", "+4930901822", "+4930901829"]


def test_the_order_a_hand_gave_is_kept(book: Book) -> None:
    ref = add(book, "customer", "Acme", "phone=030 901820,030 901821,030 901822")
    path = book.root / book.path_of(ref)
    lines = [f"  - +493090182{number}\n" for number in (0, 1, 2)]
    text = path.read_text(encoding="utf-8")
    assert "".join(lines) in text
    path.write_text(text.replace("".join(lines), lines[2] + lines[0] + lines[1]), encoding="utf-8")
    book.index.stale()
    before = _files(book)
    set_fields(book, [ref], ["phone-=030 901821"])
    undo(book)
    assert _files(book) == before


def test_the_journal_keeps_what_came_and_went_and_no_order(book: Book) -> None:
    ref = add(book, "customer", "Acme", f"phone={','.join(PHONES)}")
    set_fields(book, [ref], ["phone-=030 901820"])
    [event] = undo(book).events
    assert (event.add, event.remove, event.from_, event.to) == (("+4930901820",), (), None, None)


def test_an_op_is_undone_once(book: Book, deal: Ref) -> None:
    """A line of the log too, which no field shows to be gone."""
    op = log_entry(book, [deal], Entry("called")).op
    back = undo(book, op).op
    with pytest.raises(AlreadyUndoneError, match=back[:12]) as refused:
        undo(book, op)
    assert refused.value.exit_code == 5
    assert not undo(book, op, what_fits=True).op
    undo(book, back)
    with pytest.raises(AlreadyUndoneError):
        undo(book, back)
    assert not undo(book, back, what_fits=True).op
    lines = [event for event in journal_events(book.root) if event.do in ("log", "retract")]
    assert [event.do for event in lines] == ["log", "retract", "log"]


def test_what_was_left_is_undone_later(book: Book, deal: Ref) -> None:
    changes = [Change("set", deal, "amount", to="13000.00 EUR"), Change("set", deal, "close", to="2026-12-01")]
    op = carry_out(book, [*changes, Change("log", deal, more={"kind": "note", "text": "more"})], Request("test")).op
    set_fields(book, [deal], ["close=mon"])
    undo(book, op, what_fits=True)
    set_fields(book, [deal], ["close=2026-12-01"])
    undo(book, op, what_fits=True)
    assert "close" not in book.read_record(deal).fields
    assert [event.do for event in journal_events(book.root)].count("retract") == 1


def _pulled(book: Book, deal: Ref, pairs: Iterable[tuple[str, str]]) -> None:
    """A segment of another clone whose ops undo others."""
    lines = [
        json.dumps(
            {
                "id": f"{op[:-1]}1", "at": "2026-11-20T14:03:11+01:00", "by": "x@x.example", "via": "cli",
                "op": op, "do": "log", "on": str(deal), "kind": "note", "text": "x", "undoes": undoes,
            }
        )
        for op, undoes in pairs
    ]  # fmt: skip
    text = "".join(f"{line}\n" for line in lines)
    (book.root / "journal" / "2026-11" / "zz-0123456789.jsonl").write_text(text)
    book.index.stale()


def _later(op: str, number: int) -> str:
    return encode(ulid_milliseconds(op) + number, 10) + 16 * "0"


def test_an_op_that_undoes_itself_or_what_comes_later_undoes_nothing(book: Book, deal: Ref) -> None:
    one, two = (set_fields(book, [deal], [word]).op for word in ("amount=13k", "amount=14k"))
    itself = _later(two, 5)
    _pulled(
        book, deal, [(itself, itself), (one, two), (_later(two, 6), _later(two, 7)), (_later(two, 7), _later(two, 6))]
    )
    assert {op.op: op.undone for op in recent_ops(book, 2)} == {one: False, two: False}
    undo(book)
    assert book.read_record(deal).text("amount") == "13000.00 EUR"


@pytest.mark.parametrize(("count", "undone"), [(1, True), (2, False), (2000, False), (2001, True)])
def test_a_long_way_back_and_forth(book: Book, deal: Ref, count: int, undone: bool) -> None:
    op = set_fields(book, [deal], ["amount=13k"]).op
    ops = [op, *(_later(op, number) for number in range(1, count + 1))]
    _pulled(book, deal, zip(ops[1:], ops, strict=False))
    assert recent_ops(book, 1)[0].op == op
    assert recent_ops(book, 1)[0].undone == undone
