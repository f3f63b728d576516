"""Records that hang on another one: a heading, then aligned lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.text.display import width as cells_of
from crmcli.text.lines import Line, Span, cell, clip_line, line
from crmcli.text.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.reports.views import Related, RelatedLine


def related_lines(related: Related, width: int, language: str = "en") -> list[Line]:
    """Draw one collection; nothing when it is empty."""
    if not related.lines:
        return []
    found = max(related.found, len(related.lines))
    rest = found - len(related.lines)
    more = [line(Span(f"  {phrase(language, '… {number} more', number=rest)}", "dim"))] if rest else []
    heading = line(Span(related.title, "head"), Span(f"  {found}", "dim"))
    return [heading, *aligned(related.lines, width), *more]


def aligned(lines: Sequence[RelatedLine], width: int, *, indent: int = 2) -> list[Line]:
    """Put titles and cells under one another; a stage's colour marks the cells."""
    count = max(len(entry.cells) for entry in lines)
    columns = [[entry.title for entry in lines]]
    columns += [[entry.cells[index] if index < len(entry.cells) else "" for entry in lines] for index in range(count)]
    widest = [max(map(cells_of, column)) for column in columns]
    widest[0] = min(widest[0], max(16, width // 2))
    drawn = []
    for row, entry in enumerate(lines):
        parts = [Span(" " * indent), cell(entry.title, widest[0])]
        for column, size in zip(columns[1:], widest[1:], strict=True):
            parts += [Span("  "), cell(column[row], size, entry.kind if entry.kind != "open" else "")]
        drawn.append(clip_line(tuple(parts), width))
    return drawn
