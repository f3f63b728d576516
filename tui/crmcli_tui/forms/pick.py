"""One of a few: a list to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from crmcli.text.lines import Line, Span, clip_line, line
from crmcli_tui.widgets.bar import Bar
from crmcli_tui.widgets.rows import Row, Rows
from crmcli_tui.words import word


class PickForm(ModalScreen[str | None]):
    """Answers with the name chosen, None when it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "leave", "Leave"), ("enter", "choose", "Choose")]
    AUTO_FOCUS: ClassVar[str] = "#choices"

    def __init__(self, title: str, choices: Sequence[tuple[str, str, str]], now: str = "") -> None:
        """`choices` are name, label, and what is said of it."""
        super().__init__()
        self._called = title
        self._choices = choices
        self._now = now

    def compose(self) -> ComposeResult:
        """Title, list, keys."""
        with Vertical(id="form"):
            yield Bar(id="title")
            yield Rows(id="choices")
            yield Bar(id="hints")

    def on_mount(self) -> None:
        """Show the choices."""
        language = getattr(self.app, "language", "en")
        self.query_one("#title", Bar).show(
            lambda width: clip_line(line(Span(word(language, self._called), "here")), width)
        )
        hints = line(Span(word(language, "Enter choose   Esc leave"), "dim"))
        self.query_one("#hints", Bar).show(lambda width: clip_line(hints, width))
        rows = self.query_one(Rows)
        rows.show([Row(name, 1, partial(_picture, label, said)) for name, label, said in self._choices])
        rows.go(self._now)

    def action_leave(self) -> None:
        """Close it."""
        self.dismiss(None)

    @on(Rows.Chosen)
    def action_choose(self) -> None:
        """Take the one under the cursor."""
        self.dismiss(self.query_one(Rows).cursor or None)


def _picture(label: str, said: str, width: int) -> Sequence[Line]:
    return (clip_line(line(Span(label), Span(f"   {said}" if said else "", "dim")), width),)
