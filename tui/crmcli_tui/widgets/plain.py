"""Fields to type in: what is in them may have been pasted, and Textual draws it as it is.

What would act on the terminal is taken out as the last thing before it. Everything else is made visible where it is drawn (`drawn.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual import widgets
from textual.color import Color
from textual.filter import LineFilter

_JOINERS = "\u200c\u200d"
"""Shape the letters beside them and do nothing else."""


class PlainText(LineFilter):
    """Puts `�` or nothing, as wide as before, in the place of what would act on the terminal or turn the writing direction."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments, without such characters."""
        del background
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [segment._replace(text="".join(map(_plain, segment.text))) for segment in segments]


PLAIN = PlainText()


def _plain(char: str) -> str:
    return char if char.isprintable() or char in _JOINERS else "�" * cell_len(char)


class Input(widgets.Input):
    """A line to type in."""

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What its lines go through."""
        return [*super().get_line_filters(), PLAIN]


class TextArea(widgets.TextArea):
    """Lines to type in."""

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What its lines go through."""
        return [*super().get_line_filters(), PLAIN]
