"""The search: whom every kind of handle finds, texts, actions by name, views; lists of records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.screen import Screen
from textual.widgets import Input

from crmcli.actions.set import set_fields
from crmcli.model.record import Ref
from crmcli_tui.forms.step import StepForm
from crmcli_tui.screens.board import BoardScreen
from crmcli_tui.screens.record import RecordScreen
from crmcli_tui.screens.records import RecordsScreen
from crmcli_tui.screens.reports import ReportsScreen
from crmcli_tui.screens.search import SearchScreen
from crmcli_tui.widgets.rows import Rows
from tests.tui.round_book import MARKUP
from tests.tui.rounds import Round, elsewhere, play


async def typed(turn: Round, text: str) -> list[str]:
    """The keys that answer to a text."""
    if not isinstance(turn.front, SearchScreen):
        await turn.press("slash")
    turn.front.query_one("#wanted", Input).value = text
    await turn.settle()
    return turn.rows("results")


HANDLES = {
    "acme": "go:customers/acme",
    "Acme GmbH": "go:customers/acme",
    "acme.example": "go:customers/acme",
    "+86 138 0013 8000": "go:contacts/li-wei",
    "li@acme.example": "go:contacts/li-wei",
    "albb": "go:customers/ali",
    "liwei": "go:contacts/li-wei",
    "机械": "go:deals/arm",
    "customer/al": "go:customers/ali",
}


def test_anyone_is_found_by_any_handle_as_it_is_typed(root: Path) -> None:
    async def script(turn: Round) -> None:
        for handle, key in HANDLES.items():
            keys = await typed(turn, handle)
            assert keys[0] == key, handle
            assert turn.front.query_one("#results", Rows).cursor == key
        await turn.press("enter")
        assert turn.at(RecordScreen).ref == "customers/ali"

    play(root, script)


def test_texts_actions_and_views(root: Path) -> None:
    async def script(turn: Round) -> None:
        assert "text:customers/acme" in await typed(turn, "packs crates")
        assert "text:customers/acme" in await typed(turn, "asks for")
        assert "asks for a quote" in turn.text()
        keys = await typed(turn, "next")
        assert "do:today.next" in keys
        keys = await typed(turn, ">")
        assert {key.partition(":")[0] for key in keys} == {"do"}
        keys = await typed(turn, "sales")
        assert "view:board.deal.sales" in keys
        assert await typed(turn, "nothing answers to this") == []
        await turn.press("enter")
        turn.at(SearchScreen)
        await typed(turn, "evil")
        assert "␛[31m" in turn.text()
        assert "\x1b" in MARKUP

    play(root, script)


CHOICES: dict[str, tuple[str, type[Screen[Any]]]] = {
    "next step": ("do:today.next", StepForm),
    "board": ("do:app.board", BoardScreen),
    "tasks": ("view:board.task.task", BoardScreen),
    "funnel": ("view:report..funnel", ReportsScreen),
}


def test_what_is_chosen_is_done(root: Path) -> None:
    async def script(turn: Round) -> None:
        for text, (key, screen) in CHOICES.items():
            await typed(turn, text)
            turn.front.query_one("#results", Rows).go(key)
            await turn.press("enter")
            turn.at(screen)
            if screen is StepForm:
                await turn.press("escape")
        assert turn.at(ReportsScreen)._report == "funnel"
        await turn.press("2")
        assert turn.at(BoardScreen)._pipeline == "task"

    play(root, script)


def test_a_tag_kept_by_a_filter_is_a_list_to_work_on(root: Path) -> None:
    rules = root / "rules"
    rules.mkdir(exist_ok=True)
    (rules / "tags.toml").write_text('[tag.big]\nfor = "deal"\nlabel = { en = "Big deals" }\nwhere = "amount:20k.."\n')

    async def script(turn: Round) -> None:
        keys = await typed(turn, "big")
        assert "view:tag.deal.big" in keys
        turn.front.query_one("#results", Rows).go("view:tag.deal.big")
        await turn.press("enter")
        turn.at(RecordsScreen)
        assert turn.rows("records") == ["deals/arm"]
        assert "机械臂方案" in turn.text()
        assert "50,000" in turn.text()
        await turn.press("t")
        await turn.type("hot")
        await turn.press("enter", "enter")
        turn.at(RecordScreen)
        assert "+hot" in turn.text()
        await turn.press("escape", "escape")
        assert turn.app.screen_stack[-1:] == [turn.today]

    play(root, script)


def test_the_newest_question_wins_and_what_changes_meanwhile_is_found(root: Path) -> None:
    async def script(turn: Round) -> None:
        assert await typed(turn, "bolt") == []
        elsewhere(root, lambda book: set_fields(book, [Ref("customers", "acme")], ["name=Bolt AG"]))
        await turn.glance()
        assert turn.rows("results")[0] == "go:customers/acme"
        for text in ("b", "bo", "bol", "li"):
            turn.front.query_one("#wanted", Input).value = text
        await turn.settle()
        assert turn.at(SearchScreen)._found.typed == "li"
        assert "go:customers/acme" not in turn.rows("results")

    play(root, script)
