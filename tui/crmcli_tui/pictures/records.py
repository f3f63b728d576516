"""A list of records as rows under its columns."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from crmcli.reports.grid import Grid, fitted, grid_of
from crmcli.text.lines import Line, Span
from crmcli_tui.pictures.table import grid_line
from crmcli_tui.widgets.rows import BEFORE, Row

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.reports.table import Table

HEADING = -1
TITLE_CELLS = 26
"""What a record is called is no narrower; other columns give way."""


def record_list_rows(table: Table, language: str) -> list[Row]:
    """A row a record, keyed by it; the columns are fitted once for a width, and drawn as they are seen."""
    grid = grid_of(table, language=language)
    fit = lru_cache(maxsize=2)(partial(fitted, grid, lead=TITLE_CELLS))
    bad = table.bad
    rows = [Row("", 1, partial(_line, fit, bad, HEADING, BEFORE - 1, False))]
    rows += [Row(ref, 1, partial(_line, fit, bad, number, 0, False)) for number, ref in enumerate(table.refs)]
    if table.totals:
        rows.append(Row("", 1, partial(_line, fit, bad, len(table.rows), BEFORE - 1, True)))
    return rows


def _line(
    fit: Callable[[int], Grid], bad: frozenset[int], number: int, indent: int, totals: bool, width: int
) -> tuple[Line]:
    """One line; the heading and the totals stand as far right as the rows do."""
    grid = fit(width - indent)
    return ((Span(" " * indent), *grid_line(grid, number, bad=bad, totals=totals)),)
