"""The brief of a record as a page: who it is, what is wrong, what is next, deals, people, how to reach them, what was said last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from crmcli.text.display import width as cells_of
from crmcli.text.lines import Line, Span, cell, clip_line, line, line_width, sides, wrapped
from crmcli.text.phrases import phrase

if TYPE_CHECKING:
    from crmcli.reports.views import BriefView, FieldLine, RelatedLine, TimelineLine

ARROWS = {"in": "←", "out": "→"}
LABEL_CELLS = 12
TEXT_LINES = 3
LEAST_CELLS = 14
"""A column is cut to no less: half a date is a wrong date."""


def brief_page(view: BriefView, language: str, width: int) -> list[Line]:
    """The lines for a width."""
    blocks = (
        list(_head(view, width)),
        list(_related(phrase(language, "Next"), view.next_steps, width)),
        list(_related(phrase(language, "Deals"), view.deals, width)),
        list(_related(phrase(language, "People"), view.people, width)),
        list(_facts(view.facts, width)),
        list(_last(phrase(language, "Last"), view.last, width)),
    )
    lines: list[Line] = []
    for block in blocks:
        if block:
            lines += [*([()] if lines else []), *block]
    return [clip_line(made, width) for made in lines]


def _head(view: BriefView, width: int) -> Iterator[Line]:
    yield line(Span(view.title, "name"))
    said, name = line(Span(view.line, "dim")), line(Span(view.ref.partition("/")[2], "dim"))
    yield sides(said, name, width) if line_width((*said, *name)) + 2 <= width else said or name
    for warning in view.warnings:
        first, *rest = wrapped(warning, width - 2)
        yield line(Span("! ", "bad"), Span(first, "bad"))
        yield from (line(Span(f"  {part}", "bad")) for part in rest)


def _related(heading: str, entries: Sequence[RelatedLine], width: int) -> Iterator[Line]:
    if not entries:
        return
    yield line(Span(heading, "here"))
    count = max(len(entry.cells) for entry in entries)
    widths = [max(cells_of(_cell(entry, at)) for entry in entries) for at in range(count)]
    longest = max(cells_of(entry.title) for entry in entries)
    title = min(longest, max(width // 2, width - sum(size + 2 for size in widths[:2])))
    kept = _room_for(widths, width - title)
    title = min(longest, width - sum(size + 2 for size in kept))
    for entry in entries:
        parts = [cell(entry.title, title)]
        for at, size in enumerate(kept):
            parts += [Span("  "), cell(_cell(entry, at), size, entry.kind if entry.kind in ("won", "lost") else "dim")]
        yield tuple(parts)


def _room_for(widths: Sequence[int], room: int) -> list[int]:
    """The columns there is room for; the last one is cut where enough of it is left to be read."""
    kept: list[int] = []
    for size in widths:
        left = room - sum(cells + 2 for cells in kept) - 2
        if size > left and left < LEAST_CELLS:
            break
        kept.append(min(size, left))
        if size > left:
            break
    return kept


def _cell(entry: RelatedLine, at: int) -> str:
    return entry.cells[at] if at < len(entry.cells) else ""


def _facts(facts: Sequence[FieldLine], width: int) -> Iterator[Line]:
    label = min(max((cells_of(fact.label) for fact in facts), default=0), LABEL_CELLS)
    for fact in facts:
        texts = wrapped(fact.text, width - label - 2)
        for number, text in enumerate(texts[: TEXT_LINES + 1]):
            yield (
                cell("" if number else fact.label, label, "dim"),
                Span("  "),
                Span(text, "bad" if fact.bad else ""),
            )


def _last(heading: str, events: Sequence[TimelineLine], width: int) -> Iterator[Line]:
    if not events:
        return
    yield line(Span(heading, "here"))
    for event in events:
        kind = f"{ARROWS.get(event.direction, '')} {event.kind}".strip()
        tail = " · ".join(part for part in (event.took, event.by, event.ref) if part)
        yield line(
            Span(event.at, "dim"),
            Span(f"  {kind}", "name"),
            Span(f"  {event.what}" if event.what else ""),
            Span(f"  {tail}", "dim"),
        )
        texts = wrapped(event.text, width - 2) if event.text else []
        yield from (line(f"  {text}") for text in texts[:TEXT_LINES])
        if len(texts) > TEXT_LINES:
            yield line(Span(f"  … {len(texts) - TEXT_LINES} more lines", "dim"))
