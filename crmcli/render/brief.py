"""One screen before a meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.render.record import field_block
from crmcli.render.related import related_lines
from crmcli.render.timeline import timeline_lines
from crmcli.reports.views import Related
from crmcli.text.lines import Line, Span, clip_line, line, sides
from crmcli.text.phrases import phrase

if TYPE_CHECKING:
    from crmcli.reports.views import BriefView


def brief_lines(view: BriefView, width: int, language: str = "en") -> list[Line]:
    """Draw who it is, what is next, who is there, where deals stand, what was said last."""
    head = [sides(line(Span(view.title, "name")), line(Span(view.ref.partition("/")[2], "dim")), width)]
    if view.line:
        head.append(clip_line(line(Span(view.line, "dim")), width))
    head += [clip_line(line(Span(f"! {warning}", "bad")), width) for warning in view.warnings]
    blocks = [
        head,
        related_lines(Related(phrase(language, "Next"), view.next_steps), width),
        related_lines(Related(phrase(language, "Deals"), view.deals), width),
        related_lines(Related(phrase(language, "People"), view.people), width),
        field_block(view.facts, width),
        _last(view, width, language),
    ]
    lines: list[Line] = []
    for block in blocks:
        if block:
            lines += [*([()] if lines else []), *block]
    return lines


def _last(view: BriefView, width: int, language: str) -> list[Line]:
    drawn = timeline_lines(view.last, width, text_lines=3, language=language)
    return [line(Span(phrase(language, "Last"), "head")), *drawn] if drawn else []
