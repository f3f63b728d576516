"""One of a few words, in one line: ← → or a first letter changes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from crmcli.text.display import width as cells_of
from crmcli.text.lines import Line, Span
from crmcli_tui.widgets.drawn import strip_of

GAP = 2
"""Cells beside a label: for the brackets of the chosen one."""
SIDE = 2
"""Cells at each end that say whether there is more."""


class Sight(NamedTuple):
    """The options in sight, by their places: from `start` up to `end`, beginning in cell `left`."""

    start: int
    end: int
    left: int


def in_sight(labels: Sequence[str], chosen: int, width: int) -> Sight:
    """Which options a line of that width shows whole: all, or as many from the first one on that leave room for the chosen one."""
    cells = [cells_of(label) + GAP for label in labels]
    if sum(cells) <= width:
        return Sight(0, len(cells), 0)
    start = left = 0
    room = width - SIDE
    while start < chosen and sum(cells[start : chosen + 1]) > room:
        start, left, room = start + 1, SIDE, width - 2 * SIDE
    end = chosen + 1
    while end < len(cells) and sum(cells[start : end + 1]) <= room:
        end += 1
    return Sight(start, end, left)


class Choice(Widget, can_focus=True):
    """Shows options in a line, the chosen one marked; `‹` and `›` say that there are more, which come as one goes on."""

    BINDINGS: ClassVar[list[BindingType]] = [("left", "other(-1)", "Before"), ("right", "other(1)", "Next")]

    class Chosen(Message):
        """One was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, *, id: str | None = None, name: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, name=name)
        self._options: Sequence[tuple[str, str]] = ()
        self.chosen = ""

    def offer(self, options: Sequence[tuple[str, str]], chosen: str = "") -> None:
        """Offer options, `(name, label)`; `chosen` stays where it is one of them."""
        self._options = options
        names = [name for name, _ in options]
        wanted = self.chosen or chosen
        self.chosen = wanted if wanted in names else next(iter(names), "")
        self.refresh()

    def choose(self, name: str) -> None:
        """Choose one."""
        self.chosen = name
        self.refresh()

    def action_other(self, by: int) -> None:
        """The one before or behind."""
        names = [name for name, _ in self._options]
        if names:
            at = names.index(self.chosen) + by
            self.choose(names[at % len(names)])

    def on_key(self, event: events.Key) -> None:
        """A letter goes to the next option that begins with it."""
        letter = (event.character or "").casefold()
        names = [name for name, label in self._options if letter.strip() and label.casefold().startswith(letter)]
        if names:
            event.stop()
            self.choose(names[(names.index(self.chosen) + 1) % len(names)] if self.chosen in names else names[0])

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked; at the ends, the one before or behind."""
        sight = self._sight()
        if event.x < sight.left:
            self.action_other(-1)
            return
        at = sight.left
        for name, label in self._options[sight.start : sight.end]:
            at += cells_of(label) + GAP
            if event.x < at:
                self.choose(name)
                self.post_message(self.Chosen(name))
                return
        if sight.end < len(self._options):
            self.action_other(1)

    def _sight(self) -> Sight:
        names = [name for name, _ in self._options]
        chosen = names.index(self.chosen) if self.chosen in names else 0
        return in_sight([label for _, label in self._options], chosen, self.size.width)

    def render_line(self, y: int) -> Strip:
        """The options; the chosen one in brackets, so that it shows without colour too."""
        base = self.visual_style
        parts: list[Span] = []
        if not y:
            sight = self._sight()
            parts.append(Span("‹".ljust(sight.left) if sight.left else "", "dim"))
            for name, label in self._options[sight.start : sight.end]:
                here = name == self.chosen
                parts.append(Span(f"[{label}]" if here else f" {label} ", "here" if here else "dim"))
            parts.append(Span(" ›" if sight.end < len(self._options) else "", "dim"))
        line: Line = tuple(parts)
        return strip_of(self, line, self.size.width, base)
