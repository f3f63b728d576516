"""A table for people: on a terminal (drawn by rich) and as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.reports.grid import Grid, fitted, grid_of, shown, without_room
from crmcli.text.display import safe
from crmcli.text.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table as RichTable

    from crmcli.reports.table import Table

_MARKUP = {ord(mark): f"\\{mark}" for mark in "\\|`*[]<>"} | {ord("&"): "&amp;"}
"""What Markdown or HTML would act on inside a cell."""

BORDERS = "    \n    \n ── \n    \n    \n ── \n    \n    \n"
"""rich's eight lines of a box: nothing but a rule under the heading and one above the totals."""


def table_text(table: Table, *, width: int, colour: bool, numbered: bool, language: str = "en") -> str:
    """Draw the table in at most `width` cells (0: as wide as it is)."""
    title = f"{safe(table.title)}\n\n" if table.title else ""
    if not table.rows:
        return f"{title}{phrase(language, 'nothing found')}\n"
    grid = grid_of(table, numbered=numbered, language=language)
    if width:
        grid = fitted(grid, width)
    return title + _drawn(grid, table, colour=colour) + _footer(table, grid, language)


def _drawn(grid: Grid, table: Table, *, colour: bool) -> str:
    from io import StringIO  # noqa: PLC0415

    from rich.console import Console  # noqa: PLC0415

    console = Console(
        file=StringIO(),
        width=sum(column.cells + 4 for column in grid.columns),
        color_system="standard" if colour else None,
        force_terminal=colour,
        no_color=not colour,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    with console.capture() as captured:
        console.print(_rich_table(grid, table))
    return "".join(line.rstrip() + "\n" for line in captured.get().splitlines())


def _rich_table(grid: Grid, table: Table) -> RichTable:
    from rich.box import Box  # noqa: PLC0415
    from rich.table import Table as RichTable  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    picture = RichTable(
        box=Box(BORDERS),
        padding=(0, 1, 0, 0),
        show_edge=False,
        pad_edge=False,
        header_style="bold",
        footer_style="bold",
        show_footer=bool(table.totals),
        border_style="dim",
    )
    for column in grid.columns:
        picture.add_column(
            Text(column.label),
            footer=Text(column.total),
            justify="right" if column.right else "left",
            style=column.style,
            no_wrap=True,
            min_width=column.cells,
        )
    for number in range(len(table.rows)):
        picture.add_row(
            *(Text(column.texts[number]) for column in grid.columns), style="red" if number in table.bad else ""
        )
    return picture


def _footer(table: Table, grid: Grid, language: str) -> str:
    fewer = table.found > len(table.rows)
    showing = (
        phrase(language, "showing {number} of {found}", number=len(table.rows), found=table.found) if fewer else ""
    )
    notes = [note for note in (showing, without_room(grid, language)) if note]
    return f"\n{'; '.join(notes)}\n" if notes else ""


def markdown(table: Table) -> str:
    """A Markdown table (GitHub's); what would be markup in a cell is escaped."""
    header = [_md_cell(column.label) for column in table.columns]
    rule = ["---:" if column.form.right else "---" for column in table.columns]
    body = [
        [_md_cell(shown(column, cell)) for column, cell in zip(table.columns, row, strict=True)] for row in table.rows
    ]
    totals = [[f"**{text}**" if text else "" for text in _total_texts(table)]] if table.totals else []
    title = [f"## {safe(table.title)}", ""] if table.title else []
    return "\n".join([*title, *(_md_row(row) for row in [header, rule, *body, *totals])]) + "\n"


def _total_texts(table: Table) -> list[str]:
    return [_md_cell(shown(column, total)) for column, total in zip(table.columns, table.totals, strict=True)]


def _md_cell(text: str) -> str:
    return safe(text).translate(_MARKUP)


def _md_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
