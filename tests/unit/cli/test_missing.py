"""What a record lacks is asked for on a terminal, and only there."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest

from crmcli.actions.move import move_records
from crmcli.actions.set import set_fields
from crmcli.cli.missing import asking
from crmcli.cli.session import Session
from crmcli.cli.terminal import Terminal
from crmcli.engines.enforce import FieldNeededError
from crmcli.engines.form import FieldEmptyError, FieldsMissingError
from crmcli.engines.process import StageNeedsError
from crmcli.model.record import Ref
from crmcli.store.book import Book
from tests.books import add, make_book, reopen
from tests.environment import NOW

FIELDS = """
note = { type = "text", label = { en = "Note" }, need = "lost_reason:other" }
again = { type = "date", need = "lost_reason:other" }
by_hand = { type = "text", need = "is:lost amount>1m" }
"""


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Book:
    """A book whose lost deals need more."""
    monkeypatch.setenv("CRM_NOW", NOW)
    book = make_book(tmp_path / "book")
    schema = book.root / "schema" / "deal.toml"
    schema.write_text(schema.read_text() + FIELDS)
    return reopen(book)


def session_with(book: Book, answers: str, *, terminal: bool = True) -> Session:
    """A session whose person types `answers`."""
    session = Session({}, StringIO(answers), StringIO(), StringIO())
    session.__dict__["terminal"] = Terminal(answers=terminal)
    session.__dict__["book"] = book
    return session


def lose(session: Session, refs: list[Ref], *words: str) -> None:
    """`crm move WHO lost …` as the command does it."""
    asking(session, words, lambda given: move_records(session.book, refs, "lost", given), of=refs)


def test_every_missing_field_is_asked_for_and_choices_by_number(book: Book) -> None:
    ref = add(book, "deal", "Arm")
    session = session_with(book, "6\nthey went silent\n2026-12-24\n")
    lose(session, [ref])
    fields = book.read_record(ref).fields
    assert (fields["lost_reason"], fields["note"], fields["again"]) == ("other", "they went silent", "2026-12-24")
    assert isinstance(session.stderr, StringIO)
    said = session.stderr.getvalue()
    assert f"{ref} may enter lost only with lost_reason filled" in said
    assert "  1  Price\n" in said
    assert "lost_reason (Lost because of) [1-6] " in said
    assert "note (Note): again: " in said


def test_a_value_the_field_cannot_hold_is_asked_for_again(book: Book) -> None:
    ref = add(book, "deal", "Arm")
    session = session_with(book, "x\nnever\nfri\n")
    lose(session, [ref], "lost_reason=other")
    assert book.read_record(ref).fields["again"] == "2026-11-27"
    assert isinstance(session.stderr, StringIO)
    assert "deal.again cannot be 'never'" in session.stderr.getvalue()


def test_an_empty_answer_is_a_refusal(book: Book) -> None:
    ref = add(book, "deal", "Arm")
    with pytest.raises(FieldNeededError):
        lose(session_with(book, "\n"), [ref], "lost_reason=other")
    with pytest.raises(StageNeedsError):
        lose(session_with(book, "\n"), [ref])
    assert "lost_reason" not in book.read_record(ref).fields


def test_without_a_terminal_nobody_is_asked(book: Book) -> None:
    with pytest.raises(StageNeedsError):
        lose(session_with(book, "1\n", terminal=False), [add(book, "deal", "Arm")])


def test_one_answer_is_not_meant_for_several_records(book: Book) -> None:
    with pytest.raises(StageNeedsError):
        lose(session_with(book, "1\n"), [add(book, "deal", "Arm"), add(book, "deal", "Arm")])


def test_a_field_that_was_emptied_in_the_same_command_is_not_asked_for(book: Book) -> None:
    ref = add(book, "deal", "Arm")
    session = session_with(book, "x\n")
    with pytest.raises(FieldEmptyError):
        asking(session, ["name="], lambda given: set_fields(book, [ref], given), of=[ref])


def test_what_is_needed_may_depend_on_an_answer(book: Book) -> None:
    ref = add(book, "deal", "Arm", "amount=2m")
    lose(session_with(book, "1\nanna\n"), [ref])
    assert book.read_record(ref).fields["by_hand"] == "anna"
    assert issubclass(FieldEmptyError, FieldsMissingError)
