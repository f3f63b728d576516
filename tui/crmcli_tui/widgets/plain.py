"""The last thing before the terminal: what is typed into a field is drawn by Textual, and may hold anything that was pasted.

Everything else is made visible where it is drawn (`drawn.py`).
"""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
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


def _plain(char: str) -> str:
    return char if char.isprintable() or char in _JOINERS else "�" * cell_len(char)
