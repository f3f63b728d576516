"""A table as lines: numbers against the right edge, bars beside them, texts giving way first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmcli.reports.grid import Grid, fitted, grid_of, without_room
from crmcli.text.lines import Line, Span, cell, line, wrapped

if TYPE_CHECKING:
    from crmcli.reports.table import Table


def grid_lines(grid: Grid, *, bad: frozenset[int] = frozenset(), totals: bool = False) -> list[Line]:
    """The heading, the rows, the totals of a grid that fits already."""
    return [
        grid_line(grid, number, bad=bad, totals=totals)
        for number in range(-1, max((len(column.texts) for column in grid.columns), default=0) + totals)
    ]


def grid_line(grid: Grid, number: int, *, bad: frozenset[int] = frozenset(), totals: bool = False) -> Line:
    """One line: -1 the heading, then the rows, behind them the totals."""
    parts: list[Span] = []
    for column in grid.columns:
        count = len(column.texts)
        text = column.label if number < 0 else column.texts[number] if number < count else column.total
        style = "dim" if number < 0 else "name" if totals and number == count else "bad" if number in bad else ""
        style = "bar" if column.style == "blue" and number >= 0 else style
        parts += [*([Span("  ")] if parts else []), cell(text, column.cells, style, right=column.right)]
    return tuple(parts)


def table_lines(table: Table, width: int, language: str = "en") -> Sequence[Line]:
    """A small table with its notes."""
    grid = fitted(grid_of(table, numbered=True, language=language), width)
    notes = [note for note in (without_room(grid, language), *table.warnings) if note]
    said = [line(Span(part, "dim")) for note in notes for part in wrapped(note, width)]
    return [*grid_lines(grid, bad=table.bad, totals=bool(table.totals)), *said]
