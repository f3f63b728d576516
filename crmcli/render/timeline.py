"""What happened with a record, newest first: one line an event, free text below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.text.lines import Line, Span, clip_line, line, wrapped
from crmcli.text.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmcli.reports.views import TimelineLine

ARROWS = {"in": "←", "out": "→"}
INDENT = 18
"""Cells of date and time; free text stands below what happened."""


def timeline_lines(
    events: Iterable[TimelineLine], width: int, *, older: int = 0, text_lines: int = 6, language: str = "en"
) -> list[Line]:
    """Draw the events; at most `text_lines` of each one's free text."""
    lines: list[Line] = []
    for event in events:
        lines.append(clip_line(_head(event), width))
        body = wrapped(event.text, width, indent=INDENT) if event.text else []
        lines += [line(text) for text in body[:text_lines]]
        if len(body) > text_lines:
            more = phrase(language, "… {number} more", number=len(body) - text_lines)
            lines.append(line(Span(f"{'':{INDENT}}{more}", "dim")))
    if older:
        lines.append(line(Span(f"{'':{INDENT}}{phrase(language, '{number} older', number=older)}", "dim")))
    return lines


def _head(event: TimelineLine) -> Line:
    parts = [Span(f"{event.at:<{INDENT - 2}}  ", "dim")]
    kind = f"{ARROWS.get(event.direction, '')} {event.kind}".strip()
    parts.append(Span(kind, "" if event.what else "name"))
    if event.what:
        parts.append(Span(f"  {event.what}"))
    tail = " · ".join(part for part in (event.took, event.by, event.ref) if part)
    return (*parts, Span(f"  {tail}", "dim")) if tail else tuple(parts)
