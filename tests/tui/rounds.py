"""Playing a round: the program without a terminal, keys, what is on the screen, what others do meanwhile."""

from __future__ import annotations

import asyncio
import builtins
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from textual import events
from textual._context import visible_screen_stack
from textual.pilot import Pilot
from textual.screen import Screen

from crmcli.store.book import Book, open_book
from crmcli_tui.app import CrmApp
from crmcli_tui.screens.today import TodayScreen
from crmcli_tui.settings import Settings
from crmcli_tui.widgets.rows import Rows
from crmcli_tui.widgets.said import Said

WIDE, NARROW = (140, 40), (80, 24)
S = TypeVar("S", bound=Screen[Any])
PATIENCE = 10_000
"""Turns of the event loop after which the program counts as stuck."""


class Round:
    """A program under test. `press` waits until the desk is idle and all messages are dealt with."""

    def __init__(self, app: CrmApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    async def settle(self) -> None:
        """Wait until nothing moves any more: no job of the desk, no message, nothing to draw, nothing about to run."""
        for _ in range(PATIENCE):
            if not self.app.desk.is_idle():
                assert await asyncio.to_thread(self.app.desk.wait_idle), "the desk is stuck"
            await asyncio.sleep(0)
            if asyncio.get_running_loop()._ready or not self.app.desk.is_idle():  # type: ignore[attr-defined]
                continue
            screen = self.app.screen
            if not screen._layout_required and not screen._dirty_widgets and not screen._callbacks:
                return
            screen._on_timer_update()  # as sixty times a second
        raise AssertionError("the program does not come to rest")

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other, as the terminal's driver hands them over."""
        for key in keys:
            character = key if len(key) == 1 else {"space": " ", "question_mark": "?"}.get(key)
            self._send(events.Key(key, character))
            await self.settle()

    async def type(self, text: str) -> None:
        """Put a text where the cursor is, as a terminal pastes."""
        self._send(events.Paste(text))
        await self.settle()

    def _send(self, event: events.Event) -> None:
        driver = self.app._driver
        assert driver is not None
        event.set_sender(self.app)
        driver.send_message(event)

    async def glance(self) -> None:
        """Let the desk look for changes by others, as it does twice a second."""
        self.app.desk.glance()
        await self.settle()

    @property
    def today(self) -> TodayScreen:
        """The screen of the day, in front or below."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, TodayScreen))

    @property
    def front(self) -> Screen[Any]:
        """The screen in front."""
        return self.app.screen

    def at(self, kind: builtins.type[S]) -> S:
        """The screen in front, which is of that kind."""
        front = self.app.screen
        assert isinstance(front, kind), f"{front!r} is in front"
        return front

    @property
    def queue(self) -> list[str]:
        """The keys of the queue."""
        return list(self.today.rows.keys)

    @property
    def cursor(self) -> str:
        """Where the cursor of the queue is."""
        return self.today.rows.cursor

    @property
    def said(self) -> str:
        """The line above the keys."""
        return self.today.query_one(Said).text

    def rows(self, name: str) -> list[str]:
        """The keys of a list of the screen in front."""
        return list(self.front.query_one(f"#{name}", Rows).keys)

    def text(self) -> str:
        """The screen as text, a line each, trailing blanks gone."""
        width, height = self.app.size
        below = visible_screen_stack.set(self.app._background_screens)
        strips = self.app.screen._compositor.render_strips(self.app.size)
        visible_screen_stack.reset(below)
        lines = ["".join(segment.text for segment in strip).rstrip() for strip in strips[:height]]
        assert all(strip.cell_length == width for strip in strips[:height]), "a line is not as wide as the screen"
        return "\n".join(lines) + "\n"


def play(
    root: Path,
    script: Callable[[Round], Awaitable[None]],
    *,
    size: tuple[int, int] = WIDE,
    settings: Settings | None = None,
    me: str = "anna",
) -> None:
    """Run the program on a book and play a script; nothing is looked for by itself."""

    async def run() -> None:
        app = CrmApp(partial(open_book, root, me=me), settings, glance=None)
        async with app.run_test(size=size) as pilot:
            turn = Round(app, pilot)
            await turn.settle()
            await script(turn)
        assert app.failed is None

    asyncio.run(run())


def elsewhere(root: Path, work: Callable[[Book], object], me: str = "ben") -> None:
    """Do something to the book as another process would: with a book, an index and a connection of its own."""
    book = open_book(root, me=me)
    work(book)
    book.index.close()
