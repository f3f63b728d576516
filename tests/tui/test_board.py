"""The board: columns and figures of the report, moves by key, the filter, many cards."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, Static

from crmcli.actions.move import move_records
from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Ref, parse_ref
from crmcli.store.book import Book, open_book
from crmcli_tui.forms.onward import OnwardForm
from crmcli_tui.screens.board import BoardScreen
from crmcli_tui.screens.record import RecordScreen
from crmcli_tui.widgets.filterline import settled
from crmcli_tui.widgets.rows import Rows
from crmcli_tui.widgets.said import Said
from tests.tui.rounds import NARROW, Round, elsewhere, play

ARM = "deals/arm"


def stage(root: Path, ref: str) -> str:
    book = open_book(root, me="ben")
    found = book.read_record(parse_ref(ref)).text("stage")
    book.index.close()
    return found


def on_board(turn: Round) -> BoardScreen:
    assert isinstance(turn.front, BoardScreen)
    return turn.front


def said(turn: Round) -> str:
    return turn.front.query_one(Said).text


def test_counts_sums_and_weights_by_hand_and_a_move_that_the_cursor_follows(root: Path) -> None:
    """Needs: 50,000 at 25 %; Proposal: 12,000 at 50 %, of the core kit's pipeline."""
    book = open_book(root, me="anna")
    odds = {name: made.odds for name, made in book.setup.pipelines["sales"].stages.items()}
    book.index.close()
    assert (odds["needs"], odds["proposal"]) == ("0.25", "0.5")

    async def script(turn: Round) -> None:
        await turn.press("2")
        board = on_board(turn)
        assert board.columns.keys == [[], [ARM], ["deals/crates"], [], []]
        assert board.columns.cursor == ARM
        text = turn.text()
        for part in ("50,000 EUR", "weighted 12,500 EUR", "12,000 EUR", "weighted 6,000 EUR", "~ 机械臂方案", "Won 0"):
            assert part in text
        await turn.press("greater_than_sign")
        assert board.columns.cursor == ARM
        assert board.columns.keys[2] == [ARM, "deals/crates"]
        assert "moved" in said(turn)
        await turn.press("u", "enter")
        assert board.columns.keys[1] == [ARM]
        assert board.columns.cursor == ARM

    play(root, script)
    assert stage(root, ARM) == "needs"


def test_several_cards_are_marked_and_moved_at_once(root: Path) -> None:
    """Right of needs and proposal the nearest stage that both allow is lost, which wants to know why."""

    async def script(turn: Round) -> None:
        await turn.press("2", "space", "right", "space")
        board = on_board(turn)
        assert board.columns.marked == {ARM, "deals/crates"}
        assert turn.text().count("●") == 2
        await turn.press("t")
        await turn.type("both")
        await turn.press("enter")
        assert not board.columns.marked
        await turn.press("space", "left", "space", "escape")
        assert not board.columns.marked
        await turn.press("space", "right", "space", "greater_than_sign")
        assert isinstance(turn.front, OnwardForm)
        assert turn.front.query_one("#stages", Rows).cursor == "0:lost"
        await turn.press("p", "enter")
        assert said(turn).startswith("✓ moved 2 records from needs, proposal to lost.")

    play(root, script)
    assert stage(root, ARM) == stage(root, "deals/crates") == "lost"


def test_what_a_stage_needs_is_asked_for_and_what_is_not_allowed_is_explained(root: Path) -> None:
    """Negotiation needs amount and close; from Contact nothing lies to the left."""
    elsewhere(root, lambda book: move_records(book, [Ref("deals", "arm")], "contact", ()))

    async def script(turn: Round) -> None:
        await turn.press("2", "less_than_sign")
        assert "from Contact nothing to the left is allowed" in said(turn)
        assert "Needs" in said(turn)
        await turn.press("greater_than_sign", "greater_than_sign", "greater_than_sign")
        form = turn.front
        assert isinstance(form, OnwardForm)
        assert "close" in str(form.query_one("#trouble", Static).content)
        assert next(iter(form.query("#needed Input").results(Input))).has_focus
        await turn.type("2026-12-24")
        assert "2026-12-24  Thu 24 Dec" in turn.text()
        await turn.press("enter")
        assert on_board(turn).columns.keys[3] == [ARM]
        assert on_board(turn).columns.cursor == ARM

    play(root, script)
    assert stage(root, ARM) == "negotiation"


def test_the_filter_is_the_language_of_filters_and_completes(root: Path) -> None:
    async def script(turn: Round) -> None:
        await turn.press("2", "f")
        board = on_board(turn)
        await turn.type("amo")
        await turn.press("tab")
        line = board.query_one("#filter", Input)
        assert line.value == "amount:"
        await turn.type("..20k")
        assert board.columns.keys == [[], [], ["deals/crates"], [], []]
        line.value = "nosuch:1"
        await turn.settle()
        assert "nosuch" in said(turn)
        line.value = "customer:ali"
        await turn.settle()
        assert board.columns.keys[1] == [ARM]
        await turn.press("enter")
        assert board.focused is board.columns
        await turn.press("escape")
        assert sum(map(len, board.columns.keys)) == 2

    play(root, script)


def test_changes_by_others_another_screen_another_pipeline(root: Path) -> None:
    async def script(turn: Round) -> None:
        await turn.press("2", "right")
        board = on_board(turn)
        assert board.columns.cursor == "deals/crates"
        elsewhere(root, lambda book: move_records(book, [Ref("deals", "arm")], "proposal", ()))
        await turn.glance()
        assert board.columns.keys[2] == [ARM, "deals/crates"]
        assert board.columns.cursor == "deals/crates"
        await turn.press("1")
        elsewhere(root, lambda book: move_records(book, [Ref("deals", "arm")], "needs", ()))
        await turn.glance()
        await turn.press("2")
        assert board.columns.keys[1] == [ARM]
        await turn.press("enter")
        assert turn.at(RecordScreen).ref == "deals/crates"
        await turn.press("escape", "p")
        turn.front.query_one("PickForm Rows", Rows).go("task")
        await turn.press("enter")
        assert board.columns.keys[0] == ["tasks/quote", "tasks/markup", "tasks/call", "tasks/later"]

    play(root, script)


@pytest.mark.parametrize("count", [400])
def test_many_cards_are_drawn_as_they_are_seen(root: Path, count: int) -> None:
    def fill(book: Book) -> None:
        made = [
            Change("create", Ref("deals", f"d{number:04}"), record={"name": f"Deal {number}", "stage": "contact"})
            for number in range(count)
        ]
        carry_out(book, made, Request("import", via="import:test"))

    elsewhere(root, fill)

    async def script(turn: Round) -> None:
        await turn.press("2", "left")
        columns = on_board(turn).columns
        assert len(columns.keys[0]) == count
        assert "↓" in turn.text()
        await turn.press("end")
        assert columns.cursor == columns.keys[0][-1]
        text = turn.text()
        assert "↑" in text
        assert "2 more ›" in text
        drawn = [line for line in text.splitlines() if "Deal " in line]
        assert 1 <= len(drawn) <= 7
        await turn.press("right", "right", "right", "right")
        assert "‹ 2 more" in turn.text()

    play(root, script, size=NARROW)


def test_a_filter_word_counts_once_it_is_finished() -> None:
    assert [settled(text) for text in ("own", "owner:", "owner:me clo", "owner:me ", "+vi", "owner:me -stale", "nut ")] == [
        "", "owner:", "owner:me", "owner:me", "+vi", "owner:me -stale", "nut",
    ]  # fmt: skip
