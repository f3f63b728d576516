"""Columns of cards side by side: a cursor that stays on its card, each column scrolling by itself, as many as fit.

Only the cards one sees are drawn, so a column of thousands costs what a short one does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from crmcli.text.lines import Line, Span, cell, clip_line, line, line_width, sides
from crmcli_tui.keys import bindings
from crmcli_tui.widgets.drawn import cursor_style, strip_of

LEAST_CELLS, MOST_CELLS, GAP = 23, 38, 2
HEAD_LINES = 4
CARD_LINES = 3
"""Two of text and a blank one."""
Picture = Callable[[int], tuple[Line, Line]]


class Card(NamedTuple):
    """A card: what the cursor stays on, its two lines for a width."""

    key: str
    picture: Picture


class Lane(NamedTuple):
    """A column: its name, three lines that head it, its cards."""

    name: str
    head: tuple[Line, Line, Line]
    cards: Sequence[Card]


class Columns(Widget, can_focus=True):
    """The columns. `cursor` is a card's key; "" where there is none, then `lane` says in which column one is."""

    BINDINGS = bindings("columns")

    class Moved(Message):
        """The cursor is on another card, or other columns are shown."""

    class Chosen(Message):
        """A card was clicked twice."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._lanes: Sequence[Lane] = ()
        self._tops: dict[str, int] = {}  # of each column, the first card one sees
        self._left = 0
        self._places: dict[str, tuple[int, int]] = {}
        self.lane = 0
        self.cursor = ""
        self.marked: set[str] = set()

    # ---- what is shown ----------------------------------------------------------------------------------

    def show(self, lanes: Sequence[Lane]) -> None:
        """Show other columns; the cursor goes with its card, or stays where that was."""
        _, number = self._places.get(self.cursor, (0, 0))
        self._lanes = lanes
        self._places = {card.key: (at, place) for at, lane in enumerate(lanes) for place, card in enumerate(lane.cards)}
        self.marked &= self._places.keys()
        if self.cursor in self._places:
            self.lane = self._places[self.cursor][0]
        else:
            self.lane = min(self.lane, max(0, len(lanes) - 1))
            if not self._cards(self.lane) and not self.cursor:
                self.lane = next((at for at in range(len(lanes)) if self._cards(at)), self.lane)
            self._land(number)
        self._follow()

    def go(self, key: str) -> None:
        """Put the cursor on a card."""
        if key in self._places:
            self.cursor, self.lane = key, self._places[key][0]
            self._follow()

    def mark(self) -> None:
        """Mark the card under the cursor, or take its mark away, and go on to the next one."""
        self.marked ^= {self.cursor} & self._places.keys()
        self._step(1)

    def unmark(self) -> bool:
        """Take all marks away; whether there were any."""
        had = bool(self.marked)
        self.marked.clear()
        self.refresh()
        return had

    @property
    def chosen(self) -> list[str]:
        """What an action is for: the marked cards in order, else the one under the cursor."""
        marked = [key for key in self._places if key in self.marked]
        return marked or [self.cursor] * bool(self.cursor)

    @property
    def keys(self) -> list[list[str]]:
        """The cards' keys, a list a column."""
        return [[card.key for card in lane.cards] for lane in self._lanes]

    @property
    def beside(self) -> tuple[int, int]:
        """How many columns there are to the left and to the right of those one sees."""
        return self._left, max(0, len(self._lanes) - self._left - self._seen()[0])

    def _cards(self, lane: int) -> Sequence[Card]:
        return self._lanes[lane].cards if lane < len(self._lanes) else ()

    def _land(self, number: int) -> None:
        cards = self._cards(self.lane)
        self.cursor = cards[min(number, len(cards) - 1)].key if cards else ""

    def _seen(self) -> tuple[int, int]:
        """How many columns fit, and how wide each is."""
        width = self.size.width
        count = max(1, min(len(self._lanes), (width + GAP) // (LEAST_CELLS + GAP)))
        return count, max(1, min(MOST_CELLS, (width - GAP * (count - 1)) // count))

    def _room(self) -> int:
        """How many cards of a column one sees; below them is a line for how many more there are."""
        return max(1, (self.size.height - HEAD_LINES) // CARD_LINES)

    def _follow(self) -> None:
        count, _ = self._seen()
        last = max(0, len(self._lanes) - count)
        self._left = min(max(min(self._left, self.lane), self.lane - count + 1), last) if self.size.width else 0
        _, number = self._places.get(self.cursor, (0, 0))
        if self._lanes:
            name, room = self._lanes[self.lane].name, self._room()
            top = max(min(self._tops.get(name, 0), number), number - room + 1)
            self._tops[name] = max(0, min(top, len(self._cards(self.lane)) - 1))
        self.refresh()
        self.post_message(self.Moved())

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._follow()

    def notify_style_update(self) -> None:
        """Draw anew in another theme."""
        super().notify_style_update()
        self.refresh()

    # ---- drawing ----------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One line of the screen, through all columns one sees."""
        count, cells = self._seen()
        strips: list[Strip] = []
        for at in range(self._left, min(self._left + count, len(self._lanes))):
            if strips:
                strips.append(strip_of(self, (), GAP, self.visual_style))
            made, ground = self._line(at, y, cells)
            strips.append(strip_of(self, clip_line(made, cells), cells, ground))
        return Strip.join(strips).adjust_cell_length(self.size.width, self.visual_style.rich_style)

    def _line(self, at: int, y: int, cells: int) -> tuple[Line, Style]:
        lane = self._lanes[at]
        top = min(self._tops.get(lane.name, 0), max(0, len(lane.cards) - 1))
        if y < HEAD_LINES:
            return self._head(lane, y, cells, top=top, here=at == self.lane), self.visual_style
        number, part = divmod(y - HEAD_LINES, CARD_LINES)
        left = len(lane.cards) - top - self._room()
        if number >= self._room() or (left > 0 and y == self.size.height - 1):
            said = line(Span(f"  ↓ {left:,} more", "dim")) if left > 0 and y == self.size.height - 1 else ()
            return said, self.visual_style
        number += top
        if number >= len(lane.cards) or part == CARD_LINES - 1:
            return (), self.visual_style
        card = lane.cards[number]
        here = card.key == self.cursor
        mark = "●" if card.key in self.marked and not part else " "
        made = (Span(f"{'▌' if here else ' '}{mark}", "mark"), *card.picture(cells - 2)[part])
        return made, cursor_style(self) if here else self.visual_style

    @staticmethod
    def _head(lane: Lane, y: int, cells: int, *, top: int, here: bool) -> Line:
        if y < HEAD_LINES - 1:
            return sides(*_halves(lane.head[y]), cells)
        above = f" ↑ {top:,} " if top else ""
        rule = "━" if here else "─"
        return (Span(rule * (cells - len(above)), "mark" if here else "rule"), Span(above, "dim"))

    # ---- keys and mouse ---------------------------------------------------------------------------------

    def _step(self, by: int) -> None:
        cards = self._cards(self.lane)
        if cards:
            _, number = self._places.get(self.cursor, (0, 0))
            self.cursor = cards[max(0, min(number + by, len(cards) - 1))].key
            self._follow()

    def _turn(self, by: int) -> None:
        """To a column beside this one, at the same height on the screen."""
        to = self.lane + by
        if 0 <= to < len(self._lanes):
            _, number = self._places.get(self.cursor, (0, 0))
            height = number - self._tops.get(self._lanes[self.lane].name, 0)
            self.lane = to
            self._land(height + self._tops.get(self._lanes[to].name, 0))
            self._follow()

    def action_down(self) -> None:
        """To the next card."""
        self._step(1)

    def action_up(self) -> None:
        """To the card before."""
        self._step(-1)

    def action_right(self) -> None:
        """To the column at the right."""
        self._turn(1)

    def action_left(self) -> None:
        """To the column at the left."""
        self._turn(-1)

    def action_page_down(self) -> None:
        """As many cards down as one sees."""
        self._step(self._room())

    def action_page_up(self) -> None:
        """As many cards up as one sees."""
        self._step(-self._room())

    def action_first(self) -> None:
        """To the first card."""
        self._step(-len(self._places))

    def action_last(self) -> None:
        """To the last card."""
        self._step(len(self._places))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is; a second click chooses."""
        count, cells = self._seen()
        place = min(event.x // (cells + GAP), count - 1) + self._left
        number = (event.y - HEAD_LINES) // CARD_LINES
        if place >= len(self._lanes) or event.y < HEAD_LINES:
            return
        number += self._tops.get(self._lanes[place].name, 0)
        if number < len(self._cards(place)):
            self.go(self._cards(place)[number].key)
            if event.chain > 1:
                self.post_message(self.Chosen())

    def on_mouse_scroll_down(self) -> None:
        """As a key."""
        self._step(1)

    def on_mouse_scroll_up(self) -> None:
        """As a key."""
        self._step(-1)


def _halves(made: Line) -> tuple[Line, Line]:
    """The first piece stands left, the others right."""
    return made[:1], made[1:]


def card_lines(title: Line, left: str, right: str, cells: int) -> tuple[Line, Line]:
    """A card's two lines: what it is; whose it is, and how much."""
    below = sides(line(Span(left, "dim")), line(Span(right)), cells) if right else (cell(left, cells, "dim"),)
    return clip_line(title, cells), below if line_width(below) <= cells else clip_line(below, cells)
