"""A day or moment as people type it, with what it means beside it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from crmcli.text.lines import Span, clip_line
from crmcli_tui.messages import Answered
from crmcli_tui.widgets.bar import Bar
from crmcli_tui.widgets.plain import Input

if TYPE_CHECKING:
    from crmcli.store.book import Book
    from crmcli_tui.app import CrmApp


class When(Horizontal):
    """An input with the id `<id>-typed`; the grammar is the command line's (`crmcli.text.dates`)."""

    def __init__(self, *, id: str, placeholder: str = "fri, +2w, 2026-12-01 14:00") -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._placeholder = placeholder

    def compose(self) -> ComposeResult:
        """What is typed, what it means."""
        yield Input(placeholder=self._placeholder, id=f"{self.id}-typed")
        yield Bar(id=f"{self.id}-said")

    @property
    def value(self) -> str:
        """What is typed."""
        return self.query_one(Input).value.strip()

    @on(Input.Changed)
    def _read(self, message: Input.Changed) -> None:
        message.stop()
        app = cast("CrmApp", self.app)
        app.desk.ask(self, "when", partial(said_when, self.value), self._show)

    def on_answered(self, message: Answered) -> None:
        """Hand an answer to who asked."""
        message.deliver()

    def _show(self, said: tuple[str, bool]) -> None:
        text, good = said
        self.query_one(Bar).show(lambda width: clip_line((Span(text, "good" if good else "bad"),), width))


def said_when(typed: str, book: Book) -> tuple[str, bool]:
    """What is typed, as people say a day, and whether it is one; nothing of nothing."""
    from crmcli.actions.next_step import split_when  # noqa: PLC0415 - writes only
    from crmcli.errors import CrmError  # noqa: PLC0415
    from crmcli.reports.telling import day_of  # noqa: PLC0415

    if not typed:
        return "", True
    try:
        due, rest = split_when(book, typed.split())
    except CrmError:
        return "no date yet", False
    return (f"no date: {' '.join(rest)}", False) if rest else (day_of(book, due), True)
