"""Every screen and form as text, in 80 × 24 and 140 × 40: `--update` rewrites the pictures, which are then to be read.

Colours are not in them; `docs/tui.md` says how to look at those.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from crmcli_tui.forms.tags import Tagged, offered
from crmcli_tui.widgets.choice import in_sight
from tests.tui.rounds import NARROW, WIDE, Round, play

PICTURES = Path(__file__).parent / "screens"
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
    "refused": ("m", "j", "j", "j", "enter"),
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
            drawn[name] = turn.text()
            await turn.press("escape", "escape", "home")
            if name == "undo":
                await turn.press("u", "enter", "home")

    play(root, script, size=size)
    for name, text in drawn.items():
        picture = PICTURES / f"{name}-{size[0]}x{size[1]}.txt"
        if request.config.getoption("--update"):
            picture.write_text(text, encoding="utf-8")
        assert text == picture.read_text(encoding="utf-8"), f"{name}: see {picture.name}, or --update and read the diff"


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
