"""The questions that the round asks beside the queue and the brief: a day's tally, where to go, how to reach, what changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.actions.done import finish, snooze
from crmcli.actions.log import Entry, log_entry
from crmcli.actions.move import move_records
from crmcli.actions.set import set_fields
from crmcli.actions.undo import newest_standing, undo
from crmcli.model.record import Ref
from crmcli.reports.brief import brief
from crmcli.reports.reach import reaches
from crmcli.reports.reasons import subject_of
from crmcli.reports.since import changes_since, seen
from crmcli.reports.stage_choices import stage_choices
from crmcli.reports.tally import Tally, day_tally, tally_words
from crmcli.reports.undoing import op_view
from crmcli.store.book import Book, open_book

ACME, CRATES, ARM = Ref("customers", "acme"), Ref("deals", "crates"), Ref("deals", "arm")
QUOTE, CALL, MARKUP = Ref("tasks", "quote"), Ref("tasks", "call"), Ref("tasks", "markup")


@pytest.fixture
def book(root: Path) -> Book:
    return open_book(root, me="anna")


def test_the_tally_counts_what_stands_of_today_and_of_one_member(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    assert day_tally(book) == Tally()  # the book was made two weeks ago
    log_entry(book, [ACME, ARM], Entry("a call", next="fri send the plan"))
    finish(book, [QUOTE], "they have it", following=["+2w", "ask"])
    snooze(book, [CALL], ["mon"])
    move_records(book, [CRATES], "won")
    assert day_tally(book) == Tally(logged=3, done=1, moved=1, snoozed=1, planned=2)
    undo(book)
    assert day_tally(book) == Tally(logged=3, done=1, moved=0, snoozed=1, planned=2)
    taken = newest_standing(book)  # the snooze: the move is undone already
    undo(book, undo(book, taken).op)  # and the undoing of it undone
    assert day_tally(book) == Tally(logged=3, done=1, moved=0, snoozed=1, planned=2)
    assert day_tally(book, "ben") == Tally()
    assert tally_words(day_tally(book), "en") == "3 lines logged, 1 task done, 1 task put off, 2 steps planned"
    assert tally_words(Tally(logged=1, moved=2), "zh") == "记录 1 条, 推进 2 条记录"
    assert tally_words(Tally(), "en") == ""
    monkeypatch.setenv("CRM_NOW", "2026-11-21T00:10:00+01:00")
    assert day_tally(open_book(book.root, me="anna")) == Tally()


def test_where_a_line_of_the_day_may_go(book: Book) -> None:
    of_task = stage_choices(book, [QUOTE])
    assert [(movable.refs, movable.here) for movable in of_task] == [
        (("deals/crates",), "Proposal"),
        (("tasks/quote",), "Open"),
    ]
    assert [choice.name for choice in of_task[0].choices] == ["needs", "negotiation", "won", "lost", "hold"]
    assert [choice.kind for choice in of_task[0].choices] == ["open", "open", "won", "lost", "hold"]
    of_customers_task = stage_choices(book, [CALL])
    assert [movable.refs[0] for movable in of_customers_task] == ["deals/crates", "customers/acme", "tasks/call"]
    both = stage_choices(book, [CRATES, ARM])
    assert len(both) == 1
    assert both[0].refs == ("deals/crates", "deals/arm")
    assert both[0].here == "Proposal, Needs"
    # proposal: needs negotiation won lost hold; needs: contact proposal lost hold
    assert [choice.name for choice in both[0].choices] == ["lost", "hold"]
    assert stage_choices(book, [CRATES, ACME]) == []
    assert subject_of(book, QUOTE) == CRATES
    assert subject_of(book, ACME) == ACME


def test_how_somebody_is_reached(book: Book) -> None:
    found = reaches(book, CRATES)
    assert [(reach.title, reach.copied) for reach in found] == [
        ("李伟", "+8613800138000"),
        ("李伟", "li@acme.example"),
        ("Acme GmbH", "https://acme.example"),
    ]
    assert reaches(book, ARM) == []


def test_what_changed_since(book: Book, root: Path) -> None:
    before = seen(book, [ACME, CRATES])
    assert changes_since(book, before) == []
    set_fields(book, [CRATES], ["close=2027-01-15"])
    log_entry(book, [ACME], Entry("calls again", "call"))
    assert changes_since(book, before) == [
        "Acme GmbH: call: calls again (Anna Kern)",
        "Crate packing: Close: Tue 15 Dec → Fri 15 Jan (Anna Kern)",
    ]
    before = seen(book, [ACME, CRATES])
    file = root / "customers" / "acme.md"
    file.write_text(file.read_text().replace("vip", "lead"))
    (root / "deals" / "crates.md").unlink()
    book.index.refresh()
    assert changes_since(book, before) == ["Acme GmbH: its file was changed", "crates: its file is gone"]


def test_what_an_undo_would_take_back(book: Book) -> None:
    done = finish(book, [QUOTE], "sent")
    assert newest_standing(book) == done.op
    view = op_view(book, done.op)
    assert view is not None
    assert (view.verb, view.at, view.via, view.more) == ("done", "2026-11-20 14:03", "cli", 0)
    assert sorted(view.lines) == ["Crate packing: note: sent", "send the quote: State: Open → Done"]
    assert op_view(book, "01NOTHING") is None


def test_a_few_records_are_asked_as_many_are(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said of a family does not depend on how it is asked; a step on a deal is one of its customer."""
    monkeypatch.setenv("CRM_NOW", "2026-12-20T09:00:00+01:00")
    book = open_book(book.root, me="anna")
    set_fields(book, [ACME, Ref("customers", "ali")], ["cadence=1w"])
    finish(book, [CALL, QUOTE], following=["2027-01-10", "ask"])
    said = {}
    for few in (200, 0):
        monkeypatch.setattr("crmcli.reports.scope.FEW", few)
        said[few] = [brief(book, ref).warnings for ref in (ACME, CRATES, ARM)]
    assert said[200] == said[0]
    assert said[200][0] == ("ask again: 19 days late", "quiet for 48 days (cadence 1w)")
    rots = "no move in Needs for 48 days (rot 14d); no next step"
    assert said[200][2] == ("阿里巴巴集团: never touched (cadence 1w)", rots)
