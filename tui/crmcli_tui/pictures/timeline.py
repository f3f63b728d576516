"""What happened with a record as rows: one an event, its text below it, cut to a few lines until it is opened."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from crmcli.text.lines import Line, Span, clip_line, line, wrapped
from crmcli.text.phrases import phrase
from crmcli_tui.widgets.rows import Row

if TYPE_CHECKING:
    from crmcli.reports.views import TimelineLine

ARROWS = {"in": "←", "out": "→"}
EVENT, OLDER = "event:", "older"
"""The keys: `event:<number from the oldest>`, so that a new event moves none of them."""
TEXT_LINES = 3


def timeline_rows(
    events: Sequence[TimelineLine], older: int, width: int, *, opened: Collection[str], language: str
) -> list[Row]:
    """The rows for a width, under their heading; the last one says how many older ones there are."""
    if not events:
        return []
    count = len(events) + older
    head = (line(Span(phrase(language, "Timeline"), "head"), Span(f"  {count:,}", "dim")),)
    rows = [Row("", 1, partial(_same, head))]
    for place, event in enumerate(events):
        key = f"{EVENT}{count - place}"
        lines = list(_event(event, width, opened=key in opened, language=language))
        rows.append(Row(key, len(lines), partial(_same, lines)))
    if older:
        last = (line(Span(phrase(language, "{number} older", number=f"{older:,}"), "dim")),)
        rows.append(Row(OLDER, 1, partial(_same, last)))
    return rows


def _same(lines: Sequence[Line], width: int) -> Sequence[Line]:
    return [clip_line(made, width) for made in lines]


def _event(event: TimelineLine, width: int, *, opened: bool, language: str) -> Iterator[Line]:
    kind = f"{ARROWS.get(event.direction, '')} {event.kind}".strip()
    tail = " · ".join(part for part in (event.took, event.by, event.ref) if part)
    head = f"{event.at}  {kind}"
    yield line(Span(event.at, "dim"), Span(f"  {kind}", "" if event.what else "name"), Span(f"  {tail}", "dim"))
    del head
    for text, style in ((event.what, ""), (event.text, "")):
        lines = wrapped(text, width - 2) if text else []
        kept = lines if opened else lines[:TEXT_LINES]
        yield from (line(Span(f"  {part}", style)) for part in kept)
        if len(lines) > len(kept):
            yield line(Span(f"  {phrase(language, '… {number} more', number=len(lines) - len(kept))}", "dim"))
