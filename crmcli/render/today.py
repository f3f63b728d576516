"""The day's queue: numbered lines in groups, each with its reasons."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from crmcli.light import NamedTuple
from crmcli.reports.today import HEADINGS
from crmcli.text.display import width as cells_of
from crmcli.text.lines import Line, Span, cell, clip_line, line, sides
from crmcli.text.phrases import phrase

if TYPE_CHECKING:
    from crmcli.reports.views import TodayLine, TodayView

STYLES = {"late": "late", "waits": "soon", "today": "soon", "quiet": "hold", "loose": "hold", "start": "open"}
"""Style of each group's heading."""

NUMBER_CELLS = 5


class Widths(NamedTuple):
    """Cells of each column; `reason` 0 when there is no room beside and reasons stand below."""

    title: int
    whose: int
    amount: int
    when: int
    reason: int


def today_lines(view: TodayView, width: int, language: str = "en") -> list[Line]:
    """Draw the queue; its numbers are the row numbers of the terminal."""
    lines = [
        sides(
            line(Span(phrase(language, "Today {date}", date=view.date), "name")), line(Span(view.member, "dim")), width
        )
    ]
    sizes = _widths(view, width)
    number = 0
    for group, members in groupby(view.lines, key=lambda entry: entry.group):
        style = STYLES[group]
        lines += [(), line(Span(phrase(language, HEADINGS[group]), style))]
        for entry in members:
            number += 1
            lines += _entry(entry, number, sizes, width, style)
    if not view.lines:
        lines += [(), line(phrase(language, "Nothing waits."))]
    notes = [phrase(language, "{number} more: --all shows them", number=view.hidden)] if view.hidden else []
    notes += view.notes
    return lines + ([(), *(clip_line(line(Span(note, "dim")), width) for note in notes)] if notes else [])


def _widths(view: TodayView, width: int) -> Widths:
    def widest(texts: list[str], most: int) -> int:
        return min(max(map(cells_of, texts), default=0), most)

    whose = widest([entry.whose for entry in view.lines], max(12, width // 5))
    amount = widest([entry.amount for entry in view.lines], 16)
    when = widest([entry.when for entry in view.lines], 16)
    taken = NUMBER_CELLS + sum(size + 2 for size in (whose, amount, when) if size)
    title = widest([entry.title for entry in view.lines], max(20, min(width - taken, width // 2)))
    reason = max(map(cells_of, map(_reasons, view.lines)), default=0)
    beside = taken + title + 2 + reason <= width
    return Widths(title, whose, amount, when, reason if beside else 0)


def _reasons(entry: TodayLine) -> str:
    return "; ".join(entry.reasons)


def _entry(entry: TodayLine, number: int, sizes: Widths, width: int, style: str) -> list[Line]:
    parts = [Span(f"{number:>{NUMBER_CELLS - 2}}  ", "dim"), cell(entry.title, sizes.title, "name")]
    for text, size, right in (
        (entry.whose, sizes.whose, False),
        (entry.amount, sizes.amount, True),
        (entry.when, sizes.when, False),
    ):
        if size:
            parts += [Span("  "), cell(text, size, style if text == entry.when else "", right=right)]
    reasons = _reasons(entry)
    if sizes.reason:
        return [clip_line((*parts, Span("  "), Span(reasons, "dim")), width)]
    below = clip_line(line(Span(" " * NUMBER_CELLS), Span(reasons, "dim")), width)
    return [clip_line(tuple(parts), width), *([below] if reasons else [])]
