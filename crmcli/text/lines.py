"""Lines made of pieces of text, each with what it means: measured, clipped, padded and broken in cells.

A style says what a word means, never how it looks: front ends give it a colour. No meaning is carried by colour alone:
every late line also says so.
"""

from __future__ import annotations

from crmcli.light import NamedTuple
from crmcli.text.display import clip, pad, width


class Span(NamedTuple):
    """A piece of a line and what it means (late, dim, name, …; "" for plain)."""

    text: str
    style: str = ""


Line = tuple[Span, ...]
"""One line of output, without its newline."""


def line(*parts: str | Span) -> Line:
    """Make a line of plain texts and spans."""
    return tuple(part if isinstance(part, Span) else Span(part) for part in parts)


def line_width(spans: Line) -> int:
    """The cells a line takes."""
    return sum(width(span.text) for span in spans)


def clip_line(spans: Line, cells: int) -> Line:
    """Cut a line to `cells`, with an ellipsis where something is missing."""
    kept: list[Span] = []
    room = cells
    for span in spans:
        taken = width(span.text)
        if taken > room:
            if room:
                kept.append(Span(clip(span.text, room), span.style))
            return tuple(kept)
        kept.append(span)
        room -= taken
    return spans


def cell(text: str, cells: int, style: str = "", *, right: bool = False) -> Span:
    """Exactly `cells` wide: clipped or padded."""
    return Span(pad(clip(text, cells), cells, "right" if right else "left"), style)


def sides(left: Line, right: Line, cells: int) -> Line:
    """Put `right` against the right edge; the left side gives way."""
    right = clip_line(right, cells)
    room = max(0, cells - line_width(right) - 2)
    left = clip_line(left, room)
    return (*left, Span(" " * (cells - line_width(left) - line_width(right))), *right)


def wrapped(text: str, cells: int, *, indent: int = 0) -> list[str]:
    """Break text at blanks, and between wide characters, into lines of at most `cells`; its own line breaks stay."""
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        lines.extend(_broken(paragraph, max(8, cells - indent)))
    return [" " * indent + part for part in lines]


def _broken(text: str, cells: int) -> list[str]:
    lines: list[str] = []
    while width(text) > cells:
        cut = _last_break(text, cells)
        lines.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*lines, text]


def _last_break(text: str, cells: int) -> int:
    taken, best, index = 0, 0, 0
    for index, letter in enumerate(text):
        cost = width(letter)
        if taken + cost > cells:
            break
        taken += cost
        if letter == " " or cost > 1:
            best = index + 1
    return best or max(1, index)
