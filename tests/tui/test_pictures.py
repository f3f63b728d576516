"""The queue, its forms and its keys, in 80 × 24 and 140 × 40, as they were looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli_tui.forms.tags import Tagged, offered
from crmcli_tui.widgets.choice import in_sight
from tests.tui.pictures import compare, taken
from tests.tui.rounds import NARROW, WIDE, Round, play

KEYS: dict[str, tuple[str, ...]] = {
    "today": (),
    "brief": ("down", "tab"),
    "marked": ("space", "down", "s"),
    "keys": ("question_mark",),
    "log": ("l",),
    "note": ("o",),
    "next": ("n",),
    "snooze": ("z",),
    "move": ("down", "m"),
    "tags": ("down", "t"),
    "copy": ("down", "y"),
    "undo": ("down", "down", "d", "u"),
    "refused": ("m", "j", "j", "enter"),
    "nowhere": ("d", "d", "d", "space", "space", "m"),
    "empty": (
        "n",
        "type:offer",
        "tab",
        "type:mon",
        "enter",
        "home",
        "n",
        "type:ask",
        "tab",
        "type:tue",
        "enter",
        "home",
        "d",
    ),
}


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "140x40"])
def test_the_screens_are_as_they_were_looked_at(
    root: Path, size: tuple[int, int], request: pytest.FixtureRequest
) -> None:
    """All in one run of the program, one after the other."""
    drawn: dict[str, str] = {}

    async def script(turn: Round) -> None:
        for name, keys in KEYS.items():
            for key in keys:
                await (turn.type(key[5:]) if key.startswith("type:") else turn.press(key))
            drawn.update(taken(turn, name))
            await turn.press("escape", "escape", "home")
            if name == "undo":
                await turn.press("u", "enter", "home")

    play(root, script, size=size)
    compare(drawn, update=request.config.getoption("--update"))


def test_tags_are_offered_by_what_is_typed() -> None:
    tags = Tagged(["lead", "vip"], ["vip", "fair", "lead", "Färöer"])
    assert offered(tags, "") == ["+fair", "+Färöer"]
    assert offered(tags, "-") == ["-lead", "-vip"]
    assert offered(tags, "-v") == ["-vip"]
    assert offered(tags, "+fai") == ["+fair"]
    assert offered(tags, "FÄ") == ["+Färöer"]
    assert offered(tags, "fair -lead f") == ["+Färöer"]
    assert offered(tags, "-lead -") == ["-vip"]
    assert offered(Tagged([], []), "x") == []


def test_no_choice_is_cut_and_the_chosen_one_is_in_sight() -> None:
    """Each takes two cells more than its label, an end that says that there is more takes two."""
    labels = ["aaaa", "bbbb", "cccc", "dddd"]
    assert in_sight(labels, 0, 24) == (0, 4, 0)
    assert in_sight(labels, 0, 23) == (0, 3, 0)
    assert in_sight(labels, 2, 20) == (0, 3, 0)
    assert in_sight(labels, 2, 19) == (1, 3, 2)
    assert in_sight(labels, 3, 16) == (2, 4, 2)
    assert in_sight(labels, 3, 5) == (3, 4, 2)
    assert in_sight([], 0, 5) == (0, 0, 0)
