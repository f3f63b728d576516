"""One of a few words, in one line: ← → or a first letter changes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from crmcli.text.display import width as cells_of
from crmcli.text.lines import Line, Span
from crmcli_tui.widgets.drawn import COMPONENTS, strip_of

GAP = 2


class Choice(Widget, can_focus=True):
    """Shows all options in a line, the chosen one marked; those that do not fit come into sight when they are chosen."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(COMPONENTS)
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
        """Choose what was clicked."""
        at = 0
        for name, label in self._in_sight():
            at += cells_of(label) + GAP
            if event.x < at:
                self.choose(name)
                self.post_message(self.Chosen(name))
                return

    def _in_sight(self) -> Sequence[tuple[str, str]]:
        """The options from the first one that leaves room for the chosen one."""
        options = list(self._options)
        names = [name for name, _ in options]
        end = names.index(self.chosen) + 1 if self.chosen in names else 0
        while end > 1 and sum(cells_of(label) + GAP for _, label in options[:end]) > self.size.width:
            options, end = options[1:], end - 1
        return options

    def render_line(self, y: int) -> Strip:
        """The options; the chosen one in brackets, so that it shows without colour too."""
        base = self.visual_style
        parts: list[Span] = []
        for name, label in self._in_sight() if not y else ():
            here = name == self.chosen
            parts.append(Span(f"[{label}]" if here else f" {label} ", "here" if here else "dim"))
        line: Line = tuple(parts)
        return strip_of(self, line, self.size.width, base)
