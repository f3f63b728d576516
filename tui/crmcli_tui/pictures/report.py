"""A report's table as rows: bars beside the figures, the total, what the figures mean."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from crmcli.reports.grid import Grid, fitted, grid_of, without_room
from crmcli.reports.request import TOTAL, Report
from crmcli.text.lines import Line, Span, line
from crmcli_tui.pictures.table import grid_line
from crmcli_tui.widgets.rows import BEFORE, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROW = "row:"
"""The keys: `row:<number>` and `row:total`."""


def report_rows(report: Report, language: str) -> list[Row]:
    """The rows; those that count nothing can be gone to as well."""
    table = report.table
    fit = lru_cache(maxsize=2)(partial(fitted, grid_of(table, language=language)))
    count = len(table.rows)
    keys = [f"{ROW}{number}" for number in range(count)] if report.sources else [f"{ROW}{TOTAL}"] * count
    rows = [Row("", 1, partial(_line, fit, -1, BEFORE - 1)), Row("", 1, partial(_rule, fit))]
    rows += [Row(key, 1, partial(_line, fit, number, 0)) for number, key in enumerate(keys)]
    if table.totals:
        rows += [Row("", 1, partial(_rule, fit)), Row(f"{ROW}{TOTAL}", 1, partial(_line, fit, count, 0))]
    if not count:
        rows.append(Row("", 1, lambda _width: (line(Span("nothing to count", "dim")),)))
    rows += [Row("", 1, lambda _width: ((),)), Row("", 1, partial(_missing, fit, language))]
    return rows


def _line(fit: Callable[[int], Grid], number: int, indent: int, width: int) -> tuple[Line]:
    return ((Span(" " * indent), *grid_line(fit(width - indent), number, totals=True)),)


def _rule(fit: Callable[[int], Grid], width: int) -> Sequence[Line]:
    indent = BEFORE - 1
    cells = sum(column.cells + 2 for column in fit(width - indent).columns) - 2
    return (line(Span(" " * indent), Span("─" * max(0, min(cells, width - indent)), "rule")),)


def _missing(fit: Callable[[int], Grid], language: str, width: int) -> Sequence[Line]:
    said = without_room(fit(width - BEFORE + 1), language)
    return (line(Span(" " * (BEFORE - 1)), Span(said, "dim")),)
