"""`?`: all keys of a screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen

from crmcli.text.lines import Line, Span, cell, clip_line, line, sides, wrapped
from crmcli_tui.keys import PLACES, REACH, TITLES, all_shown, keys_of
from crmcli_tui.widgets.page import Page
from crmcli_tui.words import word

KEY_CELLS = 12
NAME_CELLS = 11
"""Before and behind what a key does; what it does is broken into lines where it must be."""


class KeysScreen(ModalScreen[None]):
    """The keys of a screen and how each is called in `config.toml`; any of Esc, Enter, `?` and q closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,enter,question_mark,q", "close", "Close")]

    def __init__(self, place: str, keymap: Mapping[str, str], language: str = "en") -> None:
        super().__init__()
        self._language = language
        self._place = place
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        """A page."""
        yield Page(self._lines)

    def on_mount(self) -> None:
        """Let the keys scroll it."""
        self.query_one(Page).focus()

    def action_close(self) -> None:
        """Back to the screen."""
        self.dismiss()

    def _lines(self, width: int) -> list[Line]:
        return [clip_line(made, width) for made in self._all(width)]

    def _all(self, width: int) -> Iterator[Line]:
        room = max(20, width - KEY_CELLS - NAME_CELLS - 2)
        for number, place in enumerate(REACH[self._place]):
            if number:
                yield ()
            yield sides(
                line(Span(word(self._language, TITLES[place]), "here")), line(Span(f"[tui.keys.{place}]", "dim")), width
            )
            for key in PLACES[place]:
                keys = all_shown(keys_of(place, key.name, self._keymap))
                first, *more = wrapped(word(self._language, key.help), room)
                name = cell(key.name, NAME_CELLS, "dim", right=True)
                yield (cell(f"  {keys}", KEY_CELLS, "key"), Span(" "), cell(first, room), Span(" "), name)
                yield from (line(Span(" " * (KEY_CELLS + 1)), Span(part)) for part in more)
        yield ()
        yield from (line(Span(part, "dim")) for part in wrapped(word(self._language, OTHER_KEYS), width))


OTHER_KEYS = "Other keys: in config.toml, in the table named above each group, by the names at the right. Esc closes."
