"""The record's page, the board, the search, lists and reports, in 80 × 24 and 140 × 40, as they were looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.pictures import compare, taken
from tests.tui.rounds import NARROW, WIDE, Round, play

KEYS: dict[str, tuple[str, ...]] = {
    "record": ("down", "enter"),
    "record-empty-fields": ("i",),
    "field-choice": ("j", "j", "j", "j", "j", "j", "j", "j", "enter"),
    "field-refused": ("escape", "home", "j", "j", "j", "enter", "type:, a b", "ctrl+s"),
    "record-deal": ("escape", "i", "1", "2", "right", "enter"),
    "field-date": ("j", "j", "j", "j", "enter", "ctrl+u", "type:fri"),
    "field-reference": ("escape", "j", "j", "j", "enter"),
    "board": ("escape", "escape"),
    "board-filter": ("f", "type:amount:10k.. cl"),
    "board-onward": ("escape", "greater_than_sign"),
    "board-won": ("greater_than_sign",),
    "board-tasks": ("escape", "p", "end", "enter"),
    "search": ("slash",),
    "search-who": ("type:a",),
    "search-text": ("ctrl+u", "type:quote"),
    "report": ("escape", "3"),
    "report-rows": ("j", "enter"),
    "report-won": ("escape", "right", "right", "b", *"jjjjj", "enter"),
    "board-keys": ("2", "question_mark"),
}
"""Each goes on where the one before it ended."""


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "140x40"])
def test_the_screens_are_as_they_were_looked_at(
    root: Path, size: tuple[int, int], request: pytest.FixtureRequest
) -> None:
    drawn: dict[str, str] = {}

    async def script(turn: Round) -> None:
        for name, keys in KEYS.items():
            for key in keys:
                await (turn.type(key[5:]) if key.startswith("type:") else turn.press(key))
            drawn.update(taken(turn, name))

    play(root, script, size=size)
    compare(drawn, update=request.config.getoption("--update"))
