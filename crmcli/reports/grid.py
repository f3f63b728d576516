"""A table's cells as texts, fitted to a width: what gives way, and what never does.

Numbers, money and dates are never cut: half an amount is a wrong amount. Ids give way first, then the widest texts;
where that is not enough, the last columns are left out and named.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from crmcli.text.bars import bar, shares
from crmcli.text.display import clip, safe
from crmcli.text.display import width as cells_of
from crmcli.text.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.reports.cells import Cell
    from crmcli.reports.table import Column, Table

GAP = 2
"""Cells between columns."""
FIRM = re.compile(r"[-+!\d.,:% TZ]*( [A-Z]{3})?")
"""Texts that are cut by no means: numbers, money, dates and times."""


LEAST_CELLS = 9
"""A text column is never narrower, unless its texts are."""


class GridColumn(NamedTuple):
    """A column ready to draw: `texts` are the rows', `total` the last row's."""

    label: str
    texts: tuple[str, ...]
    total: str = ""
    right: bool = False
    style: str = ""
    firm: bool = False
    name: str = ""

    @property
    def cells(self) -> int:
        """Its natural width."""
        return max(map(cells_of, (self.label, self.total, *self.texts)), default=0)


class Grid(NamedTuple):
    """The columns drawn, and the names of those there was no room for."""

    columns: tuple[GridColumn, ...]
    left_out: tuple[str, ...] = ()


def shown(column: Column, cell: Cell) -> str:
    """A cell as people read it: one line, safe."""
    if cell is None:
        return ""
    form = column.form.show or column.form.script
    text = form(cell) if form else str(cell)
    return safe(" ".join(text.split()) if "\n" in text or "\t" in text else text)


def grid_of(table: Table, *, numbered: bool = False, language: str = "en") -> Grid:
    """Turn a table into texts, bars beside their numbers and row numbers before all."""
    total = phrase(language, "total")
    columns: list[GridColumn] = []
    if numbered:
        numbers = tuple(str(number) for number in range(1, len(table.rows) + 1))
        columns.append(GridColumn("#", numbers, right=True, style="dim", firm=True))
    for index, column in enumerate(table.columns):
        columns.append(_column(table, index, column, total))
        if column.bar:
            drawn = tuple(bar(share) for share in shares([row[index] for row in table.rows]))
            columns.append(GridColumn("", drawn, style="blue", firm=True))
    return Grid(tuple(columns))


def _column(table: Table, index: int, column: Column, heading: str) -> GridColumn:
    texts = [shown(column, row[index]) for row in table.rows]
    total = shown(column, table.totals[index]) if table.totals else ""
    label = safe(column.label)
    firm = column.form.right or all(FIRM.fullmatch(text) for text in texts)
    if column.form.right:
        label, texts, total = _lighter(label, texts, total)
    if index == 0:
        texts = [f"! {text}" if row in table.bad else text for row, text in enumerate(texts)]
        total = total or (heading if table.totals else "")
    return GridColumn(label, tuple(texts), total, column.form.right, firm=firm and any(texts), name=column.name)


def _lighter(label: str, texts: list[str], total: str) -> tuple[str, list[str], str]:
    """Say a currency that all amounts share once, in the heading, and leave out decimals that are all zero."""
    filled = [text for text in (*texts, total) if text]
    codes = {text[-3:] for text in filled if re.fullmatch(r".* [A-Z]{3}", text)}
    if len(codes) == 1 and all(re.search(r" [A-Z]{3}$", text) for text in filled):
        code = codes.pop()
        label = label if code in label else f"{label} {code}"
        texts = [text.removesuffix(f" {code}") for text in texts]
        total = total.removesuffix(f" {code}")
        filled = [text for text in (*texts, total) if text]
    if filled and all(re.search(r"\.0+( [A-Z]{3})?$", text) for text in filled):
        texts = [_whole(text) for text in texts]
        total = _whole(total)
    return label, texts, total


def _whole(text: str) -> str:
    return re.sub(r"\.0+(?=( [A-Z]{3})?$)", "", text)


def fitted(grid: Grid, width: int, *, lead: int = LEAST_CELLS) -> Grid:
    """Cut texts, and at last leave out columns from the right, until the grid takes at most `width` cells.

    The first column is never narrower than `lead`, unless its texts are.
    """
    columns = list(grid.columns)
    left_out: list[str] = []
    while len(columns) > 1 and _total(_least(columns, lead)) > width:
        gone = columns.pop()
        if gone.name:
            left_out.insert(0, gone.name)
    sizes = _shrunk(columns, width, lead)
    cut = [_cut(column, size) for column, size in zip(columns, sizes, strict=True)]
    return Grid(tuple(cut), tuple(left_out))


def without_room(grid: Grid, language: str) -> str:
    """What to say of the columns that are left out; "" where none is."""
    names = ", ".join(safe(name) for name in grid.left_out)
    return phrase(language, "no room for {columns}", columns=names) if names else ""


def _least(columns: Sequence[GridColumn], lead: int) -> list[int]:
    kept = (lead, *(LEAST_CELLS for _ in columns))
    return [
        column.cells if column.firm else min(column.cells, cells) for column, cells in zip(columns, kept, strict=False)
    ]


def _total(sizes: Sequence[int]) -> int:
    return sum(sizes) + GAP * (len(sizes) - 1)


def _shrunk(columns: Sequence[GridColumn], width: int, lead: int) -> list[int]:
    """Widths that fit: ids give way first, then always the widest text."""
    sizes = [column.cells for column in columns]
    least = _least(columns, lead)
    for names in (("id",), None):
        while _total(sizes) > width:
            soft = [
                index
                for index, column in enumerate(columns)
                if sizes[index] > least[index] and (names is None or column.name in names)
            ]
            if not soft:
                break
            sizes[max(soft, key=lambda index: sizes[index])] -= 1
    return sizes


def _cut(column: GridColumn, cells: int) -> GridColumn:
    if column.cells <= cells:
        return column
    return column._replace(
        label=clip(column.label, cells),
        texts=tuple(clip(text, cells) for text in column.texts),
        total=clip(column.total, cells),
    )
