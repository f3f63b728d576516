"""One screen before a meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.paint import Line, Span, clip_line, line, sides
from crmcli.render.record import field_block
from crmcli.render.related import related_lines
from crmcli.render.timeline import timeline_lines
from crmcli.reports.views import Related

if TYPE_CHECKING:
    from crmcli.reports.views import BriefView


def brief_lines(view: BriefView, width: int) -> list[Line]:
    """Draw who it is, what is next, who is there, where deals stand, what was said last."""
    head = [sides(line(Span(view.title, "name")), line(Span(view.ref.partition("/")[2], "dim")), width)]
    if view.line:
        head.append(clip_line(line(Span(view.line, "dim")), width))
    head += [clip_line(line(Span(f"! {warning}", "bad")), width) for warning in view.warnings]
    blocks = [
        head,
        related_lines(Related("Next", view.next_steps), width),
        related_lines(Related("Deals", view.deals), width),
        related_lines(Related("People", view.people), width),
        field_block(view.facts, width),
        [line(Span("Last", "head")), *timeline_lines(view.last, width, text_lines=3)] if view.last else [],
    ]
    lines: list[Line] = []
    for block in blocks:
        if block:
            lines += [*([()] if lines else []), *block]
    return lines
