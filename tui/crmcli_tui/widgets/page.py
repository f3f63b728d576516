"""A page of lines to read: a brief, the list of keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crmcli.text.lines import Line
from crmcli_tui.widgets.drawn import Drawn

Layout = Callable[[int], Sequence[Line]]
"""The lines of a page for a width."""


def _empty(width: int) -> Sequence[Line]:
    del width
    return ()


class Page(Drawn, can_focus=True):
    """Shows what a `Layout` draws, anew for every width."""

    def __init__(self, layout: Layout = _empty, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._layout = layout
        self._lines: Sequence[Line] = ()

    def show(self, layout: Layout, *, top: bool = True) -> None:
        """Show another page, from its top."""
        self._layout = layout
        if top:
            self.scroll_to(y=0, animate=False)
        self.redraw()

    def count_lines(self, width: int) -> int:
        """Draw the page for a width and count its lines."""
        self._lines = self._layout(width)
        return len(self._lines)

    def line_at(self, number: int, width: int) -> Line:
        """One line of it."""
        del width
        return self._lines[number] if number < len(self._lines) else ()
