"""Lines of styled text and how they become terminal text: the one place that knows colours of words.

A style says what a word means, never how it looks. No meaning is carried by colour alone: every late line also says so.
Span texts come from records; painting makes them safe (no escape, bidi override or control character acts).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from crmcli.text.display import clip, pad, safe, width

SGR = {
    "head": "1",
    "name": "1",
    "dim": "2",
    "late": "31",
    "bad": "31",
    "soon": "33",
    "good": "32",
    "lost": "2;31",
    "hold": "33",
    "won": "32",
    "open": "36",
    "here": "1;36",
    "tag": "35",
    "bar": "34",
}
"""Select Graphic Rendition codes (ECMA-48 §8.3.117) by meaning; the sixteen colours follow the user's own palette."""


class Span(NamedTuple):
    """A piece of a line and what it means (a key of `SGR`, "" for plain)."""

    text: str
    style: str = ""


Line = tuple[Span, ...]
"""One line of output, without its newline."""


def line(*parts: str | Span) -> Line:
    """Make a line of plain texts and spans."""
    return tuple(part if isinstance(part, Span) else Span(part) for part in parts)


def paint(lines: Iterable[Line], *, colour: bool) -> list[str]:
    """Turn lines into terminal text; trailing blanks go."""
    return [_paint_line(spans, colour=colour) for spans in lines]


def _paint_line(spans: Line, *, colour: bool) -> str:
    if not colour:
        return "".join(safe(span.text) for span in spans).rstrip()
    spans = _without_trailing_blanks(spans)
    return "".join(_coloured(safe(span.text), SGR.get(span.style, "")) for span in spans)


def _coloured(text: str, codes: str) -> str:
    return f"\x1b[{codes}m{text}\x1b[0m" if codes and text.strip() else text


def _without_trailing_blanks(spans: Line) -> Line:
    kept = list(spans)
    while kept:
        last = kept.pop()
        text = last.text.rstrip()
        if text:
            return (*kept, Span(text, last.style))
    return ()


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
