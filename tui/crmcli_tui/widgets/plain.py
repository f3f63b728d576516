"""Fields to type in: what is in them may have been pasted, and Textual draws it as it is.

What would act on the terminal, or turn the writing direction, is taken out as the last thing before it; `�` or nothing
stands there, as wide as before. Everything else is made visible where it is drawn (`drawn.py`).
"""

from __future__ import annotations

from textual import widgets
from textual.strip import Strip

_JOINERS = "\u200c\u200d"
"""Shape the letters beside them and do nothing else."""


def plain(strip: Strip) -> Strip:
    """A line as the terminal may have it."""
    if strip.text.isprintable():
        return strip
    drawn = []
    for segment in strip:
        letters = [(char, Strip([segment._replace(text=char)]).cell_length) for char in segment.text]
        text = "".join(char if char.isprintable() or char in _JOINERS else "�" * cells for char, cells in letters)
        drawn.append(segment._replace(text=text))
    return Strip(drawn, strip.cell_length)


class Input(widgets.Input):
    """A line to type in."""

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        return plain(super().render_line(y))


class TextArea(widgets.TextArea):
    """Lines to type in."""

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        return plain(super().render_line(y))
