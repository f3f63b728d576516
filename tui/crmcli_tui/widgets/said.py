"""What was said last, above the keys: in as many lines as it takes, up to a few."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from textual.strip import Strip
from textual.widget import Widget

from crmcli.text.display import safe
from crmcli.text.lines import Line, Span, line_width, wrapped
from crmcli_tui.widgets.drawn import strip_of

MOST_LINES = 4


class Said(Widget):
    """Shows spans in one line where they fit; else each span begins a line and is broken at blanks."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.mark = Span("")
        self.spans: Sequence[Span] = ()

    @property
    def text(self) -> str:
        """All of it, in one line."""
        return self.mark.text + "  ".join(span.text for span in self.spans if span.text)

    def show(self, mark: Span, *spans: Span) -> None:
        """Show something else; `mark` stands before it."""
        self.mark, self.spans = mark, [span for span in spans if span.text]
        self._fit()

    def on_resize(self) -> None:
        """Break it anew for the new width."""
        self._fit()

    def _fit(self) -> None:
        """Take as many lines as it needs."""
        self.styles.height = max(1, len(self._lines(self.size.width))) if self.size.width else 1
        self.refresh()

    def _lines(self, width: int) -> list[Line]:
        spans = [Span(safe(span.text), span.style) for span in self.spans]
        gaps = [part for span in spans for part in (Span("  "), span)][1:]
        whole: Line = (self.mark, *gaps)
        if line_width(whole) <= width:
            return [whole]
        room = width - line_width((self.mark,))
        broken = chain.from_iterable((Span(part, span.style) for part in wrapped(span.text, room)) for span in spans)
        blank = Span(" " * line_width((self.mark,)))
        lines: list[Line] = [(blank if at else self.mark, part) for at, part in enumerate(broken)]
        return (
            [*lines[: MOST_LINES - 1], (*lines[MOST_LINES - 1][:2], Span(" …"))] if len(lines) > MOST_LINES else lines
        )

    def render_line(self, y: int) -> Strip:
        """One line of it."""
        lines = self._lines(self.size.width)
        return strip_of(self, lines[y] if y < len(lines) else (), self.size.width, self.visual_style)
