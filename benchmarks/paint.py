"""The child that measures the TUI: `python -m benchmarks.paint MARK [BOOK]`.

It runs the program without a terminal and stops at a mark; without a book it is an empty Textual program. The last line of
output is a JSON object with `cpu` and `wall` in seconds: for the marks `frame` and `queue` since the process began (its
parent says when, in CRM_BENCH_BEGAN), for all others since the key was pressed.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from benchmarks.piece import cpu_so_far

if TYPE_CHECKING:
    from rich.console import RenderableType

    from crmcli.store.book import Book
    from crmcli_tui.app import CrmApp

BEGAN = "CRM_BENCH_BEGAN"
SIZE = (140, 40)
LONGEST = 60.0
"""Seconds after which a mark counts as missed."""


class Painted:
    """When what was waited for was on the screen: it is asked after each time that Textual hands a frame to the terminal."""

    def __init__(self) -> None:
        self.seen: Callable[[], bool] = lambda: True
        self.reached = asyncio.Event()
        self.cpu = self.wall = 0.0

    def frame(self) -> None:
        """A frame was drawn."""
        if not self.reached.is_set() and self.seen():
            self.cpu, self.wall = cpu_so_far(), time.time()
            self.reached.set()

    async def wait(self, seen: Callable[[], bool]) -> None:
        """Wait until a frame shows it."""
        self.seen = seen
        self.reached.clear()
        await asyncio.wait_for(self.reached.wait(), LONGEST)


class Empty(App[None]):
    """A program that shows a line, and another one when a key is pressed."""

    def __init__(self, painted: Painted) -> None:
        super().__init__()
        self._painted = painted
        self.keys = 0

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static("0")

    def on_key(self) -> None:
        """Another line."""
        self.keys += 1
        self.query_one(Static).update(str(self.keys))

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        self._painted.frame()


def crm(root: Path, painted: Painted) -> CrmApp:
    """The TUI on a book."""
    from crmcli.store.book import open_book  # noqa: PLC0415 - the empty program goes without
    from crmcli_tui.app import CrmApp  # noqa: PLC0415

    app = CrmApp(partial(open_book, root, me="member-07"))
    display = app._display  # noqa: SLF001 - not by a subclass: its style sheet would be looked for here

    def shown(screen: Screen[Any], renderable: RenderableType | None) -> None:
        display(screen, renderable)
        painted.frame()

    app._display = shown  # type: ignore[method-assign]  # noqa: SLF001
    return app


async def run_empty(mark: str) -> tuple[float, float]:
    """The empty program up to a mark: its first frame, or a key."""
    painted = Painted()
    app = Empty(painted)
    async with app.run_test(size=SIZE) as pilot:
        await painted.reached.wait()
        if mark != "key":
            return painted.cpu, painted.wall - began()
        await pilot.pause()
        cpu, wall = _press(app, "x")
        await painted.wait(lambda: app.keys == 1)
        return painted.cpu - cpu, painted.wall - wall


async def run_crm(mark: str, root: Path) -> tuple[float, float]:
    """The TUI up to a mark."""
    from crmcli_tui.screens.today import TodayScreen  # noqa: PLC0415

    painted = Painted()
    app = crm(root, painted)
    painted.seen = lambda: isinstance(app.screen, TodayScreen)
    async with app.run_test(size=SIZE) as pilot:
        await asyncio.wait_for(painted.reached.wait(), LONGEST)
        if mark == "frame":
            return painted.cpu, painted.wall - began()
        today = app.screen
        assert isinstance(today, TodayScreen)  # noqa: S101 - for the type checker
        await painted.wait(lambda: bool(today.rows.keys))
        if mark == "queue":
            return painted.cpu, painted.wall - began()
        await asyncio.to_thread(app.desk.wait_idle)
        await pilot.pause()
        if mark == "brief-look":
            await _look(app, today)
        before = today.rows.cursor
        key, seen = _KEYS[mark]
        cpu, wall = _press(app, key)
        await painted.wait(lambda: seen(app, before))
        return painted.cpu - cpu, painted.wall - wall


def _brief_shown(app: CrmApp, before: str) -> bool:
    shown = getattr(app.screen, "_brief", None)
    return shown is not None and shown.ref not in ("", before) and shown.ref == app.screen.rows.cursor  # type: ignore[attr-defined]


def _form_shown(app: CrmApp, before: str) -> bool:
    from crmcli_tui.forms.log import LogForm  # noqa: PLC0415
    from crmcli_tui.widgets.choice import Choice  # noqa: PLC0415

    del before
    return (
        isinstance(app.screen, LogForm) and bool(app.screen.query(Choice)) and bool(app.screen.query_one(Choice).chosen)
    )


_KEYS: dict[str, tuple[str, Callable[[CrmApp, str], bool]]] = {
    "brief": ("down", _brief_shown),
    "brief-look": ("down", _brief_shown),
    "form": ("l", _form_shown),
}


async def _look(app: CrmApp, asker: Screen[Any]) -> None:
    """Have a look at every file begin, and wait until it is well under way."""
    begun = asyncio.Event()

    def begin(book: Book) -> None:
        app.desk._lookout.begin(book.root)  # noqa: SLF001 - what a glance does once it is due

    app.desk.ask(asker, "look", begin, lambda _: begun.set())
    await begun.wait()
    await asyncio.sleep(0.05)


def _press(app: App[None], key: str) -> tuple[float, float]:
    """Press a key, as the terminal's driver hands it over; what was spent until then."""
    event = events.Key(key, key if len(key) == 1 else None)
    event.set_sender(app)
    driver = app._driver  # noqa: SLF001 - there is no public way to its input
    assert driver is not None  # noqa: S101 - for the type checker
    spent = cpu_so_far(), time.time()
    driver.send_message(event)
    return spent


def began() -> float:
    """When the process began, as its parent says."""
    return float(os.environ[BEGAN])


def main() -> None:
    """Measure, report."""
    mark, *book = sys.argv[1:]
    cpu, wall = asyncio.run(run_crm(mark, Path(book[0])) if book else run_empty(mark))
    print("\n" + json.dumps({"cpu": cpu, "wall": wall}), flush=True)


if __name__ == "__main__":
    main()
