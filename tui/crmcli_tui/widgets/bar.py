"""One line of the screen: what it is about, what the last action said."""

from __future__ import annotations

from collections.abc import Callable

from textual.strip import Strip
from textual.widget import Widget

from crmcli.text.lines import Line
from crmcli_tui.widgets.drawn import strip_of


class Bar(Widget):
    """Draws one line for its width."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._draw: Callable[[int], Line] = lambda _width: ()

    def show(self, draw: Callable[[int], Line]) -> None:
        """Show what `draw` makes of a width."""
        self._draw = draw
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        line = self._draw(self.size.width) if not y else ()
        return strip_of(self, line, self.size.width, self.visual_style)
