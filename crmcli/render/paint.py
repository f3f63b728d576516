"""How lines become terminal text: the one place that knows the command line's colours.

Span texts come from records; painting makes them safe (no escape, bidi override or control character acts).
"""

from __future__ import annotations

from collections.abc import Iterable

from crmcli.text.display import safe
from crmcli.text.lines import Line, Span

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
