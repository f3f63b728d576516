"""The queue of a day as rows: a heading per group, two lines a record, what it is and why it is there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from crmcli.reports.today import HEADINGS
from crmcli.text.lines import Line, Span, line, sides
from crmcli.text.phrases import phrase
from crmcli_tui.widgets.rows import Row
from crmcli_tui.words import word

if TYPE_CHECKING:
    from crmcli.reports.views import TodayLine, TodayView

STYLES = {"late": "late", "waits": "soon", "today": "soon", "quiet": "hold", "loose": "hold", "start": "here"}
"""How the heading of a group looks."""


def queue_rows(view: TodayView, skipped: Collection[str], language: str) -> list[Row]:
    """The rows; what was skipped stands at the end under its own heading."""
    left = [entry for entry in view.lines if entry.ref not in skipped]
    later = [entry for entry in view.lines if entry.ref in skipped]
    rows: list[Row] = []
    for group, members in groupby(left, key=lambda entry: entry.group):
        entries = list(members)
        heading = phrase(language, HEADINGS[group])
        rows += _group(heading, STYLES[group], entries, first=not rows)
    if later:
        rows += _group(word(language, "Skipped"), "dim", later, first=not rows)
    return rows


def _group(heading: str, style: str, entries: Sequence[TodayLine], *, first: bool) -> Iterator[Row]:
    title = line(Span(heading, style), Span(f"  {len(entries)}", "dim"))
    lines = (title,) if first else ((), title)
    yield Row("", len(lines), lambda _width: lines)
    for entry in entries:
        yield Row(entry.ref, 2, partial(_entry, entry))


def _entry(entry: TodayLine, width: int) -> tuple[Line, Line]:
    why = "; ".join(entry.reasons)
    below = f"{entry.whose} · {why}" if entry.whose and why else entry.whose or why
    return (
        sides(line(Span(entry.title, "name")), line(Span(entry.when), Span(" ")), width),
        sides(line(Span(below, "dim")), line(Span(entry.amount, "dim"), Span(" ")), width),
    )
