"""`?`: all keys of a screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen

from crmcli.text.lines import Line, Span, cell, clip_line, line
from crmcli_tui.keys import PLACES, REACH, TITLES, all_shown, keys_of
from crmcli_tui.widgets.page import Page

KEY_CELLS, NAME_CELLS = 16, 18


class KeysScreen(ModalScreen[None]):
    """The keys of a screen and how each is called in `config.toml`; any of Esc, Enter, `?` and q closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,enter,question_mark,q", "close", "Close")]

    def __init__(self, place: str, keymap: Mapping[str, str]) -> None:
        super().__init__()
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
        return [clip_line(made, width) for made in self._all()]

    def _all(self) -> Iterator[Line]:
        for number, place in enumerate(REACH[self._place]):
            if number:
                yield ()
            yield line(Span(TITLES[place], "head"))
            for key in PLACES[place]:
                keys = all_shown(keys_of(place, key.name, self._keymap))
                yield (
                    cell(f"  {keys}", KEY_CELLS, "key"),
                    Span(" "),
                    cell(f"{place}.{key.name}", NAME_CELLS, "dim"),
                    Span(f" {key.help}"),
                )
        yield ()
        yield line(Span("Other keys: [tui.keys.…] in config.toml, by the names in the middle. Esc closes.", "dim"))
