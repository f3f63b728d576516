"""Log lines, one or many, and the next step that comes with them."""

from __future__ import annotations

import pytest

from crmcli.actions.log import (
    Entry,
    KindUnknownError,
    NothingToLogError,
    TookMalformedError,
    log_entries,
    log_entry,
    split_next,
)
from crmcli.actions.next_step import WhatMissingError, WhenMissingError, next_step
from crmcli.errors import CrmError
from crmcli.store.book import Book
from tests.books import add


def test_people_beside_a_record_were_there(book: Book) -> None:
    acme, deal, li = add(book, "customer", "Acme"), add(book, "deal", "Arm"), add(book, "contact", "Li Wei")
    outcome = log_entry(book, [acme, li, deal], Entry("met", "meeting", took="1h30min"))
    assert [(event.on, event.more["with"]) for event in outcome.events] == [
        (str(acme), [str(li)]),
        (str(deal), [str(li)]),
    ]
    assert outcome.events[0].more["took"] == "90min"


def test_people_alone_get_their_lines(book: Book) -> None:
    one, two = add(book, "contact", "Li Wei"), add(book, "contact", "Chen Jing")
    outcome = log_entry(book, [one, two], Entry("mailed", "email"))
    assert [event.on for event in outcome.events] == [str(one), str(two)]


def test_a_kind_goes_by_its_label(book: Book) -> None:
    ref = add(book, "customer", "Acme")
    assert log_entry(book, [ref], Entry("x", "拜访")).events[0].more["kind"] == "visit"


def test_a_next_step_alone_leaves_no_empty_line(book: Book) -> None:
    ref = add(book, "customer", "Acme")
    outcome = log_entry(book, [ref], Entry("", next="fri call back"))
    assert [event.do for event in outcome.events] == ["create"]
    assert (outcome.events[0].record or {})["due"] == "2026-11-27"


@pytest.mark.parametrize(
    ("entry", "error"),
    [
        (Entry(" \n"), NothingToLogError),
        (Entry("x", "smoke"), KindUnknownError),
        (Entry("x", took="long"), TookMalformedError),
        (Entry("x", next="someday call"), WhenMissingError),
        (Entry("x", next="fri"), WhatMissingError),
    ],
)
def test_one_wrong_entry_keeps_all_out(book: Book, entry: Entry, error: type[CrmError]) -> None:
    ref = add(book, "customer", "Acme")
    with pytest.raises(error):
        log_entries(book, [([ref], Entry("fine")), ([ref], entry)])
    assert not book.index.rows("SELECT id FROM events WHERE do = 'log'")


def test_several_tasks_of_one_op_have_ids_of_their_own(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    refs = [add(book, "customer", name) for name in ("Acme", "Beta", "Gamma")]
    monkeypatch.setenv("CRM_RANDOM", "1")
    outcome = next_step(book, refs, ["fri", "send", "the", "calendar"])
    assert len(set(outcome.refs)) == 3


@pytest.mark.parametrize(
    ("text", "kept", "following"),
    [
        ("one\ntwo\n", "one\ntwo", ""),
        ("one\nnext: fri call\n", "one", "fri call"),
        ("下一步：周五 打电话\nZeile", "Zeile", "周五 打电话"),
        ("  Next:  mon mail  ", "", "mon mail"),
        ("", "", ""),
    ],
)
def test_a_line_that_says_what_is_next(text: str, kept: str, following: str) -> None:
    assert split_next(text) == (kept, following)
