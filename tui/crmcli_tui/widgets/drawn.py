"""Lines (`crmcli.text.lines`) on a screen: the one place that gives their meanings colours and makes their texts safe."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from crmcli.text.display import safe
from crmcli.text.lines import Line
from crmcli_tui.themes import DEFAULT, LOOKS, Look


def look(widget: Widget) -> Look:
    """How lines are drawn in the theme of the widget's program."""
    return LOOKS.get(widget.app.theme) or LOOKS[DEFAULT]


def content_of(widget: Widget, line: Line) -> Content:
    """A line as Textual content, in the colours of the theme; nothing in it is markup."""
    styles = look(widget).meanings
    return Content.assemble(
        *((safe(span.text), styles[span.style]) if span.style in styles else safe(span.text) for span in line)
    )


def cursor_style(widget: Widget) -> Style:
    """The ground of the line under the cursor: another one while the widget has the keys."""
    grounds = look(widget)
    return widget.visual_style + (grounds.cursor if widget.has_focus else grounds.cursor_blurred)


def strip_of(widget: Widget, line: Line, width: int, base: Style) -> Strip:
    """A line as it is put on the screen: exactly `width` cells."""
    segments = content_of(widget, line).render_segments(base)
    return Strip(segments).adjust_cell_length(width, base.rich_style)


class Drawn(ScrollView, can_focus=True):
    """A scrolling widget that draws only the lines one sees.

    A subclass says how many lines there are (`count_lines`) and draws each (`line_at`); both are asked again after
    `redraw`. `line_style` may give a line another ground.
    """

    def count_lines(self, width: int) -> int:
        """The number of lines for a width."""
        raise NotImplementedError

    def line_at(self, number: int, width: int) -> Line:
        """One line."""
        raise NotImplementedError

    def line_style(self, number: int) -> Style:
        """The ground a line stands on."""
        del number
        return self.visual_style

    @property
    def room(self) -> int:
        """The cells a line has."""
        return self.scrollable_content_region.width

    def redraw(self) -> None:
        """Draw anew, after what is shown has changed."""
        width = self.room
        self.virtual_size = Size(width, self.count_lines(width) if width else 0)
        self.refresh()

    def on_resize(self) -> None:
        """Fit what is shown to the new width."""
        self.redraw()

    def notify_style_update(self) -> None:
        """Draw anew in another theme."""
        super().notify_style_update()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the screen (Textual's line API)."""
        width = self.room
        number = y + self.scroll_offset.y
        base = self.line_style(number)
        line = self.line_at(number, width) if number < self.virtual_size.height else ()
        return strip_of(self, line, self.size.width, base)
