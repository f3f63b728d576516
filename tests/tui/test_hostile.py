"""A book full of texts that would harm a terminal: on every screen and in every form they are shown, and do nothing."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

from textual.widgets import Input

from crmcli_tui.forms.field import FieldForm
from crmcli_tui.screens.record import RecordScreen
from crmcli_tui.screens.records import RecordsScreen
from crmcli_tui.screens.search import SearchScreen
from crmcli_tui.widgets.rows import Rows
from tests.books import write_files
from tests.tui.rounds import NARROW, WIDE, Round, play

EVIL = (
    "[bold red]Evil[/] [@click=app.quit]q[/] \x1b[31m\x1b]52;c;eA==\x07\x9b2J \u202eterces\u2066 \u200b\x00\r\n\ttail"
)
LONG = "Ünbroken👩\u200d👩\u200d👧" * 800
"""More than ten thousand letters without a blank."""
TURNS = {"\u202e", "\u2066", "\u200b"}


def file(**fields: object) -> str:
    """A record's file; JSON strings are YAML strings."""
    body = str(fields.pop("body", ""))
    return "---\n" + "".join(f"{name}: {json.dumps(value)}\n" for name, value in fields.items()) + f"---\n{body}\n"


FILES = {
    "members/anna.md": file(name=EVIL),
    "customers/bad.md": file(
        name=EVIL, lifecycle="lead", owner="anna", industry=EVIL, tags=["vip"], domain=[EVIL], phone=[EVIL], address=EVIL,
        cadence="1d", created="2026-11-02T09:00+01:00", body=f"{EVIL}\n{LONG}", **{"[b]unknown[/b]": EVIL},
    ),
    "customers/long.md": file(name=LONG, lifecycle="lead", owner="anna", industry=LONG, body=LONG),
    "contacts/bad.md": file(name=EVIL, customer="bad", email=[EVIL], role=EVIL),
    "deals/bad.md": file(name=EVIL, customer="bad", stage="contact", amount="10 EUR", owner="anna", source=EVIL),
    "deals/long.md": file(name=LONG, customer="long", stage="contact", amount=EVIL, owner="anna", close=LONG),
    "tasks/bad.md": file(text=EVIL, on="deals/bad", due="2026-11-16", **{"for": "anna"}),
    "tasks/long.md": file(text=LONG, on="customers/long", due="2026-11-20", **{"for": "anna"}),
}  # fmt: skip
OPENINGS = {
    "queue and brief": ("j", "j", "tab", "end", "escape"),
    "log": ("home", "l"),
    "note": ("o",),
    "next": ("n",),
    "snooze": ("z",),
    "move": ("m",),
    "tags": ("t",),
    "keys": ("question_mark",),
    "several": ("space", "space", "l", "escape", "z"),
    "board": ("escape", "2", "home"),
    "board filtered": ("f", "type:name:\x1b[31m ", "enter"),
    "pipelines": ("escape", "p"),
    "reports": ("escape", "3"),
    "by source": ("b", *"jjjjjj", "enter"),
    "a filter that is none": ("f", "type:[b]:\x1b ", "escape"),
}
"""What is pressed, one after the other; each ends with Esc."""


def harmless(turn: Round, where: str) -> None:
    """Nothing on the screen is for the terminal: no control, nothing that turns or hides what stands beside it."""
    shown = turn.text().replace("\n", "")
    bad = {char for char in shown if unicodedata.category(char) in ("Cc", "Cs") or char in TURNS}
    assert not bad, f"{where}: {bad!r}"


class Eyes:
    """Who looks at everything that is shown."""

    def __init__(self, turn: Round) -> None:
        self.turn = turn
        self.seen: set[str] = set()

    async def look(self, where: str, *keys: str) -> None:
        """Press keys, and look after each at what is there."""
        for key in keys or ("",):
            if key:
                await (self.turn.type(key[5:]) if key.startswith("type:") else self.turn.press(key))
            harmless(self.turn, where)
            self.seen |= set(self.turn.text().splitlines())

    async def page(self, ref: str, every: int) -> None:
        """A record's page with its empty fields; of its fields some are filled with the worst there is."""
        await self.turn.app.push_screen(RecordScreen(ref))
        await self.turn.settle()
        await self.look(ref, "i")
        rows = self.turn.front.query_one("#page", Rows)
        for key in [key for key in rows.keys if key.startswith("field:")][::every]:
            rows.go(key)
            await self.look(f"{ref} {key}", "enter", *["tab"] * isinstance(self.turn.front, FieldForm))
            for typed in self.turn.front.query("#typed").results(Input):
                typed.value = EVIL
            await self.turn.settle()
            if isinstance(self.turn.front, FieldForm):
                await self.look(f"{ref} {key} refused", "ctrl+s")
            while not isinstance(self.turn.front, RecordScreen):
                await self.turn.press("escape")
        await self.turn.press("escape")


def test_nothing_in_a_record_reaches_the_terminal(root: Path) -> None:
    write_files(root, FILES)
    (root / "customers" / "binary.md").write_bytes(b"---\nname: \xff\xfe\x00\n---\n")

    async def script(turn: Round) -> None:
        eyes = Eyes(turn)
        for where, keys in OPENINGS.items():
            await eyes.look(where, *keys, "escape")
        await turn.press("1", "home")
        for number, ref in enumerate(("customers/bad", "deals/long", "customers/binary", "contacts/bad", "tasks/bad")):
            await eyes.page(ref, 9 if number else 2)
        turn.today.rows.go("tasks/bad")
        await eyes.look("copy", "y", "down", "enter")
        assert turn.app.clipboard.isprintable()
        await turn.press("slash")
        for typed in ("bad", "[bold", "\x1b", EVIL, LONG[:500], ">"):
            turn.at(SearchScreen).query_one("#wanted", Input).value = typed
            await turn.settle()
            await eyes.look(f"search {typed[:8]!r}")
        await turn.press("escape")
        await turn.app.push_screen(RecordsScreen(EVIL, "customer", "tags:vip"))
        await turn.settle()
        await eyes.look("records")
        await turn.pilot.resize_terminal(*WIDE)
        await turn.settle()
        await eyes.look("wide", "enter", "tab", "1", "2", "3")
        assert any("[bold red]Evil[/]" in line for line in eyes.seen)
        assert any("␛[31m" in line for line in eyes.seen)

    play(root, script, size=NARROW)
