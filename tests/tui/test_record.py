"""A record's page: what it shows, fields changed in place, what others do meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, Static, TextArea

from crmcli.actions.log import Entry, log_entry
from crmcli.actions.set import set_fields
from crmcli.errors import CrmError
from crmcli.model.record import Ref, parse_ref
from crmcli.reports.record_page import record_page
from crmcli.store.book import Book, open_book
from crmcli_tui.forms.field import FieldForm, list_words
from crmcli_tui.forms.move import MoveForm
from crmcli_tui.screens.record import TIMELINE_LINES, RecordScreen
from crmcli_tui.widgets.rows import Rows
from tests.tui.rounds import NARROW, Round, elsewhere, play

ACME, CRATES = Ref("customers", "acme"), Ref("deals", "crates")


def value(root: Path, ref: Ref, field: str) -> list[str]:
    book = open_book(root, me="ben")
    found = book.read_record(ref).items(field)
    book.index.close()
    return found


async def on_page(turn: Round, ref: Ref) -> RecordScreen:
    """Open the page of a record and wait until it is there."""
    screen = RecordScreen(str(ref))
    await turn.app.push_screen(screen)
    await turn.settle()
    return screen


async def change(turn: Round, field: str) -> FieldForm:
    """Open the control of a field, all empty fields shown."""
    screen = turn.front
    assert isinstance(screen, RecordScreen)
    if f"field:{field}" not in screen.rows.keys:
        await turn.press("i")
    screen.rows.go(f"field:{field}")
    await turn.press("enter")
    form = turn.front
    assert isinstance(form, FieldForm)
    return form


def test_the_page_is_the_report_of_show(root: Path) -> None:
    book = open_book(root, me="anna")
    view = record_page(book, ACME)
    book.index.close()

    async def script(turn: Round) -> None:
        screen = await on_page(turn, ACME)
        text = turn.text()
        for part in (*(f"{field.label}  " for field in view.fields), *(field.text for field in view.fields)):
            assert part in text
        assert "[Customer]" in text
        assert "+vip" in text
        keys = list(screen.rows.keys)
        assert [key for key in keys if "/" in key] == [line.ref for related in view.related for line in related.lines]
        beside = screen.query_one("#timeline", Rows)
        events = ["event:2", "event:1"]
        assert [key for key in screen.rows.keys if key.startswith("event:")] == events
        assert len(view.timeline) == 2
        await turn.pilot.resize_terminal(140, 40)
        await turn.settle()
        assert beside.keys == events
        assert not set(events) & set(screen.rows.keys)

    play(root, script, size=NARROW)


def test_enter_goes_from_the_day_to_a_record_and_on_and_esc_comes_back(root: Path) -> None:
    async def script(turn: Round) -> None:
        await turn.press("down", "enter")  # the task is on Acme: its page is meant
        assert isinstance(turn.front, RecordScreen)
        assert turn.front.ref == "customers/acme"
        turn.front.rows.go("contacts/li-wei")
        await turn.press("enter")
        assert isinstance(turn.front, RecordScreen)
        assert "Acme GmbH › 李伟" in turn.text()
        turn.front.rows.go("field:customer")
        await turn.press("f")
        assert isinstance(turn.front, RecordScreen)
        assert turn.front.ref == "customers/acme"
        await turn.press("escape", "escape", "escape")
        assert turn.app.screen_stack[-1:] == [turn.today]

    play(root, script)


def test_each_control_writes_what_set_would(root: Path) -> None:
    async def script(turn: Round) -> None:
        await on_page(turn, CRATES)
        form = await change(turn, "amount")
        assert form.query_one(Input).value == "12000.00 EUR"
        form.query_one(Input).value = "15k"
        await turn.settle()
        assert "= 15,000.00 EUR" in str(form.query_one("#understood", Static).content)
        await turn.press("enter")
        form = await change(turn, "close")
        form.query_one(Input).value = "fri"
        await turn.settle()
        assert "2026-11-27  Fri 27 Nov" in str(form.query_one("#understood", Static).content)
        await turn.press("enter")
        form = await change(turn, "category")
        await turn.type("best")
        await turn.press("enter")
        form = await change(turn, "owner")
        await turn.type("ode")
        assert form.query_one("#options", Rows).keys == []
        form.query_one(Input).value = "ben"
        await turn.settle()
        await turn.press("enter")
        form = await change(turn, "people")
        form.query_one(TextArea).text = "李伟"
        await turn.press("ctrl+s")
        form = await change(turn, "tags")
        await turn.type("hot second-cell")
        await turn.press("enter")
        assert isinstance(turn.front, RecordScreen)

    play(root, script)
    assert value(root, CRATES, "amount") == ["15000.00 EUR"]
    assert value(root, CRATES, "close") == ["2026-11-27"]
    assert value(root, CRATES, "category") == ["best"]
    assert value(root, CRATES, "owner") == ["ben"]
    assert value(root, CRATES, "people") == ["li-wei"]
    assert value(root, CRATES, "tags") == ["hot", "second-cell"]


def test_what_may_be_meant_is_offered_and_taken(root: Path) -> None:
    """Ben's customer has the tag `fair` and is in steelworks; two others are in Spain."""

    def others(book: Book) -> None:
        for name, words in (("ali", ["industry=steelworks", "country=ES", "+fair"]), ("evil", ["country=ES"])):
            set_fields(book, [Ref("customers", name)], words)

    elsewhere(root, others)

    async def script(turn: Round) -> None:
        await on_page(turn, ACME)
        await change(turn, "industry")
        await turn.type("ste")
        assert "Tab  steelworks" in turn.text()
        await turn.press("tab", "enter")
        form = await change(turn, "country")
        await turn.press("tab")
        assert form.query_one("#typed", Input).value == "ES"
        await turn.press("escape")
        form = await change(turn, "tags")
        await turn.type(" ")
        await turn.press("tab", "enter")
        form = await change(turn, "address")
        assert [field.name for field in form.query(Input)][:2] == ["street", "extra"]
        await turn.type("Kai 7")
        await turn.press("tab", "tab", "tab")
        await turn.type("Lübeck")
        await turn.press("enter")
        turn.at(RecordScreen)
        await turn.press("escape")
        await on_page(turn, CRATES)
        form = await change(turn, "people")
        await turn.type("李")
        await turn.press("tab")
        assert form.query_one(TextArea).text == "li-wei"
        assert "= 李伟" in turn.text()
        await turn.press("ctrl+s")
        form = await change(turn, "close")
        form.query_one(Input).value = "tom"
        await turn.settle()
        await turn.press("tab", "enter")

    play(root, script)
    assert value(root, ACME, "industry") == ["steelworks"]
    assert value(root, ACME, "tags") == ["fair", "vip"]
    assert value(root, ACME, "address") == ["{street: Kai 7, city: Lübeck}"]
    assert value(root, CRATES, "people") == ["li-wei"]
    assert value(root, CRATES, "close") == ["2026-11-21"]


def test_a_refusal_is_that_of_set_and_stands_at_the_field(root: Path) -> None:
    book = open_book(root, me="anna")
    with pytest.raises(CrmError) as refused:
        set_fields(book, [CRATES], ["amount=a lot"])
    book.index.close()

    async def script(turn: Round) -> None:
        await on_page(turn, CRATES)
        form = await change(turn, "amount")
        form.query_one(Input).value = "a lot"
        await turn.press("enter")
        said = str(form.query_one("#trouble", Static).content)
        assert str(refused.value) in said
        assert refused.value.hint in said
        assert form.query_one(Input).value == "a lot"
        await turn.press("escape")

    play(root, script)
    assert value(root, CRATES, "amount") == ["12000.00 EUR"]


def test_an_open_field_survives_what_others_do_and_says_so(root: Path) -> None:
    """Of a list only what was put and taken here is written: Ben's tag stays."""

    async def script(turn: Round) -> None:
        screen = await on_page(turn, ACME)
        form = await change(turn, "tags")
        assert form.query_one(Input).value == "vip"
        form.query_one(Input).value = "vip robots"
        elsewhere(root, lambda book: set_fields(book, [ACME], ["+munich", "industry=steelworks"]))
        await turn.glance()
        moved = str(form.query_one("#moved", Static).content)
        assert "changed meanwhile" in moved
        assert "Ben Ode" in moved
        assert form.query_one(Input).value == "vip robots"
        assert screen._page is not None
        assert "steelworks" in [field.text for field in screen._page.view.fields]
        await turn.press("enter")

    play(root, script)
    assert sorted(value(root, ACME, "tags")) == ["munich", "robots", "vip"]


def test_keys_of_the_day_work_here_and_mean_what_is_under_the_cursor(root: Path) -> None:
    async def script(turn: Round) -> None:
        screen = await on_page(turn, ACME)
        await turn.press("n")
        await turn.type("send the plan")
        await turn.press("tab")
        await turn.type("+2w")
        await turn.press("enter")
        assert "send the plan" in turn.text()
        screen.rows.go("tasks/later")
        await turn.press("d")
        assert "tasks/later" not in screen.rows.keys
        await turn.press("u", "enter")
        assert "tasks/later" in screen.rows.keys
        screen.rows.go("field:lifecycle")
        await turn.press("enter")
        assert isinstance(turn.front, MoveForm)
        await turn.press("escape")

    play(root, script)
    assert value(root, parse_ref("tasks/later"), "stage") != ["done"]


def test_a_long_timeline_comes_in_parts(root: Path) -> None:
    def talk(book: object) -> None:
        for number in range(TIMELINE_LINES + 20):
            log_entry(book, [ACME], Entry(f"call number {number}", "call"))  # type: ignore[arg-type]

    elsewhere(root, talk)

    async def script(turn: Round) -> None:
        screen = await on_page(turn, ACME)
        happened = screen.query_one("#timeline", Rows)
        assert len(happened.keys) == TIMELINE_LINES + 1
        await turn.press("tab", "end")
        first = happened.cursor
        assert len(happened.keys) == TIMELINE_LINES + 22  # and the two of before; none is left out
        elsewhere(root, lambda book: log_entry(book, [ACME], Entry("one more", "call")))
        await turn.glance()
        assert happened.cursor == first
        assert happened.keys[0] == f"event:{TIMELINE_LINES + 23}"

    play(root, script)


def test_words_that_make_one_list_of_another() -> None:
    assert list_words("email", ("a@x.example", "b@x.example"), ["b@x.example", "c@x.example"]) == [
        "email+=c@x.example", "email-=a@x.example",
    ]  # fmt: skip
    assert list_words("", ("vip",), ["vip", "key", "key"]) == ["+key"]
    assert list_words("", ("vip",), ["vip"]) == []
