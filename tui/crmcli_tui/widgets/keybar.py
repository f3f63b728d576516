"""The line of keys at the bottom of every screen: as many as fit, `?` and leaving always."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.content import Content
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from crmcli.text.lines import Span, line_width
from crmcli_tui.keys import PLACES, keys_of, shown
from crmcli_tui.widgets.drawn import content_of
from crmcli_tui.words import word

GAP = "  "
ALWAYS = ("search", "help", "quit")
"""The actions of the whole program that are always named, at the right."""


class KeyBar(Widget):
    """The labelled keys of a place; a click on one does what the key does."""

    def __init__(self, place: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.place = place

    def labels(
        self, width: int, keymap: Mapping[str, str], language: str = "en"
    ) -> tuple[list[tuple[str, str, str]], int]:
        """What is named from left to right, `(action, key, label)`, and the blanks before the last two."""
        ends = [self._label("app", name, keymap, language) for name in ALWAYS]
        if sum(map(_cells, ends)) + len(GAP) * len(ends) > width:
            ends = ends[1:]
        room = width - sum(_cells(label) for label in ends) - len(GAP) * len(ends)
        named: list[tuple[str, str, str]] = []
        elsewhere = [("app", key) for key in PLACES["app"] if key.name not in (*ALWAYS, self.place)]
        for place, key in (*((self.place, key) for key in PLACES[self.place]), *elsewhere):
            if key.label:
                label = self._label(place, key.name, keymap, language)
                room -= _cells(label) + len(GAP)
                if room < 0:
                    room += _cells(label) + len(GAP)
                    break
                named.append(label)
        return [*named, *ends], max(0, room)

    def _label(self, place: str, name: str, keymap: Mapping[str, str], language: str) -> tuple[str, str, str]:
        key = next(key for key in PLACES[place] if key.name == name)
        action = f"app.{name}" if place == "app" else f"screen.{name}"
        return action, shown(keys_of(place, name, keymap)), word(language, key.label)

    def render_line(self, y: int) -> Strip:
        """The line."""
        base = self.visual_style
        parts: Sequence[tuple[str, str, str]] = ()
        blanks = 0
        if not y:
            parts, blanks = self.labels(self.size.width - 1, self.keymap, getattr(self.app, "language", "en"))
        content = Content(" ")
        for place, (action, key, label) in enumerate(parts):
            gap = GAP if place < len(parts) - len(ALWAYS) or place else ""
            extra = " " * blanks if place == len(parts) - len(ALWAYS) else ""
            piece = content_of(self, (Span(key, "key"), Span(f" {label}", "dim")))
            content = content + Content(extra) + piece.stylize(Style.from_meta({"@click": action})) + Content(gap)
        return Strip(content.render_segments(base)).adjust_cell_length(self.size.width, base.rich_style)

    @property
    def keymap(self) -> Mapping[str, str]:
        """The user's keys."""
        found: Mapping[str, str] = getattr(self.app, "keymap", {})
        return found


def _cells(label: tuple[str, str, str]) -> int:
    return line_width((Span(label[1]), Span(" "), Span(label[2])))
