"""A list of records to go through: headings and items of one or more lines, a cursor that stays on its record, marks.

Only the lines one sees are drawn, so a list of a hundred thousand costs what a short one does.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

from textual import events
from textual.message import Message
from textual.style import Style

from crmcli.text.lines import Line, Span
from crmcli_tui.keys import bindings
from crmcli_tui.widgets.drawn import Drawn, cursor_style

BEFORE = 3
"""Cells before an item: the cursor, a mark, a blank."""
Picture = Callable[[int], Sequence[Line]]
"""An item drawn for a width, which is what the list leaves of its own: always as many lines as the item says."""


class Row(NamedTuple):
    """An item of a list: `key` is what the cursor stays on ("" for a heading, which it passes over), its lines, how it looks."""

    key: str
    height: int
    picture: Picture


class Rows(Drawn, can_focus=True):
    """The list. `cursor` and `marked` are keys of rows, never places; a `quiet` one shows its cursor only while it has the keys."""

    BINDINGS = bindings("list", first=True)

    class Moved(Message):
        """The cursor is on another row, or the row it is on came anew."""

        def __init__(self, rows: Rows, key: str) -> None:
            super().__init__()
            self.rows = rows
            self.key = key

        @property
        def control(self) -> Rows:
            """The list."""
            return self.rows

    class Chosen(Message):
        """A row was clicked twice."""

        def __init__(self, rows: Rows, key: str) -> None:
            super().__init__()
            self.rows = rows
            self.key = key

        @property
        def control(self) -> Rows:
            """The list."""
            return self.rows

    def __init__(self, *, id: str | None = None, quiet: bool = False) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._quiet = quiet
        self._rows: Sequence[Row] = ()
        self._begins: list[int] = [0]  # the first line of each row, and the end
        self._places: dict[str, int] = {}  # of the keys, among the rows
        self._keys: list[str] = []
        self.cursor = ""
        self.marked: set[str] = set()

    # ---- what is shown ----------------------------------------------------------------------------------

    @property
    def keys(self) -> Sequence[str]:
        """The keys in order."""
        return self._keys

    def show(self, rows: Sequence[Row]) -> None:
        """Show other rows; the cursor stays on its key, or goes to what now stands where that was."""
        before, stood = self._keys, self.cursor
        self._rows = rows
        self._begins = [0, *accumulate(row.height for row in rows)]
        self._places = {row.key: place for place, row in enumerate(rows) if row.key}
        self._keys = list(self._places)
        self.marked &= self._places.keys()
        if stood not in self._places:
            at = before.index(stood) if stood in before else 0
            near = next((key for key in before[at:] if key in self._places), "")
            self.cursor = near or (self._keys[min(at, len(self._keys) - 1)] if self._keys else "")
        self.redraw()
        self._follow()
        self.post_message(self.Moved(self, self.cursor))

    def after(self, key: str, without: frozenset[str] = frozenset()) -> str:
        """The key that follows another one and is none of `without`, else the nearest before it; "" for none."""
        if key not in self._places:
            return self.cursor
        at = self._keys.index(key)
        behind = (other for other in self._keys[at + 1 :] if other not in without)
        return next(behind, "") or next((other for other in reversed(self._keys[:at]) if other not in without), "")

    def go(self, key: str) -> None:
        """Put the cursor on a key."""
        if key in self._places and key != self.cursor:
            self.cursor = key
            self._follow()
            self.refresh()
            self.post_message(self.Moved(self, key))

    def line_of(self, key: str) -> int:
        """The line of the list's window where a row begins."""
        return self._begins[self._places[key]] - self.scroll_offset.y if key in self._places else 0

    def mark(self, key: str) -> None:
        """Mark a row, or take its mark away."""
        self.marked ^= {key} & self._places.keys()
        self.refresh()

    def unmark(self) -> bool:
        """Take all marks away; whether there were any."""
        had = bool(self.marked)
        self.marked.clear()
        self.refresh()
        return had

    @property
    def chosen(self) -> list[str]:
        """What an action is for: the marked rows in order, else the one under the cursor."""
        marked = [key for key in self._keys if key in self.marked]
        return marked or [self.cursor] * bool(self.cursor)

    # ---- Drawn ------------------------------------------------------------------------------------------

    def count_lines(self, width: int) -> int:
        """The lines of all rows."""
        del width
        return self._begins[-1]

    def line_at(self, number: int, width: int) -> Line:
        """One line of the row it belongs to, behind the cursor and the mark."""
        row = self._rows[place := self._row_at(number)]
        at = number - self._begins[place]
        if not row.key:
            return (Span(" "), *row.picture(width - 1)[at])
        here = "▌" if row.key == self.cursor and self._shows_cursor else " "
        mark = "●" if row.key in self.marked and not at else " "
        return (Span(f"{here}{mark} ", "mark"), *row.picture(width - BEFORE)[at])

    def line_style(self, number: int) -> Style:
        """The row under the cursor stands on its own ground."""
        there = number < self._begins[-1] and self._shows_cursor
        here = there and self._rows[self._row_at(number)].key == self.cursor != ""
        return cursor_style(self) if here else self.visual_style

    @property
    def _shows_cursor(self) -> bool:
        return self.has_focus or not self._quiet

    def _row_at(self, line: int) -> int:
        return bisect_right(self._begins, line) - 1

    def _follow(self) -> None:
        """Scroll so far that the row under the cursor is seen, with its heading where it is the first below one."""
        place = self._places.get(self.cursor)
        if place is None:
            return
        first = place - 1 if place and not self._rows[place - 1].key else place
        top, bottom = self._begins[first], self._begins[place + 1]
        height, at = self.scrollable_content_region.height, self.scroll_offset.y
        if height and top < at:
            self.scroll_to(y=top, animate=False)
        elif height and bottom > at + height:
            self.scroll_to(y=bottom - height, animate=False)

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        super().on_resize()
        self._follow()

    # ---- keys and mouse ---------------------------------------------------------------------------------

    def _step(self, by: int) -> None:
        if self._keys:
            at = self._keys.index(self.cursor) if self.cursor in self._places else 0
            self.go(self._keys[max(0, min(at + by, len(self._keys) - 1))])

    def _page(self) -> int:
        row = self._rows[self._places[self.cursor]].height if self.cursor in self._places else 1
        return max(1, self.scrollable_content_region.height // row - 1)

    def action_down(self) -> None:
        """To the next row."""
        self._step(1)

    def action_up(self) -> None:
        """To the row before."""
        self._step(-1)

    def action_page_down(self) -> None:
        """As many rows down as one sees."""
        self._step(self._page())

    def action_page_up(self) -> None:
        """As many rows up as one sees."""
        self._step(-self._page())

    def action_first(self) -> None:
        """To the first row."""
        self._step(-len(self._keys))

    def action_last(self) -> None:
        """To the last row."""
        self._step(len(self._keys))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is; a second click chooses."""
        line = event.y + self.scroll_offset.y
        if line >= self._begins[-1]:
            return
        key = self._rows[self._row_at(line)].key
        if key:
            self.go(key)
            if event.chain > 1:
                self.post_message(self.Chosen(self, key))
