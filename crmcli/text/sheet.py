r"""A list as text to edit: one line a record, cells between ` | `, padded so that columns stand under one another.

Lines that begin with `#` are remarks, empty ones nothing; the first other line names the columns. In a cell `\|` is a
bar, `\n` a line break, `\t` a tab, `\\` a backslash; blanks at a cell's ends are padding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from crmcli.text.display import pad, width

WIDEST = 40
"""A cell longer than this does not widen its column."""

_ESCAPES = {"\\": "\\\\", "|": "\\|", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_MEANT = {"\\": "\\", "|": "|", "n": "\n", "t": "\t", "r": "\r"}


class SheetRow(NamedTuple):
    """One line: its number from 1, its cells as meant."""

    line: int
    cells: list[str]


class SheetText(NamedTuple):
    """A sheet as it was read: the line and the names of its head, its rows."""

    line: int
    columns: list[str]
    rows: list[SheetRow]


def write_sheet(remarks: Sequence[str], columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a sheet that `read_sheet` reads back cell by cell."""
    lines = [[_escaped(cell) for cell in row] for row in (columns, *rows)]
    widths = [min(WIDEST, max(width(line[place]) for line in lines)) for place in range(len(columns))]
    text = [f"# {remark}".rstrip() for remark in remarks]
    for line in lines:
        last = len(line) - 1
        cells = [
            cell if place == last else pad(cell, max(widths[place], width(cell))) for place, cell in enumerate(line)
        ]
        text.append(" | ".join(cells).rstrip(" "))
    return "\n".join(text) + "\n"


def read_sheet(text: str) -> SheetText:
    """Read an edited sheet; a text without any line of cells has no columns."""
    lines = [
        SheetRow(number, list(_cells(line)))
        for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not lines:
        return SheetText(0, [], [])
    return SheetText(lines[0].line, lines[0].cells, lines[1:])


def _escaped(cell: str) -> str:
    return "".join(_ESCAPES.get(char, char) for char in cell)


def _cells(line: str) -> Iterator[str]:
    """Cut a line at its bars and take the padding off; blanks that were escaped do not exist, so edges are padding."""
    cell: list[str] = []
    chars = iter(line)
    for char in chars:
        if char == "|":
            yield "".join(cell).strip(" ")
            cell = []
        elif char == "\\":
            following = next(chars, "")
            cell.append(_MEANT.get(following, f"\\{following}"))
        else:
            cell.append(char)
    yield "".join(cell).strip(" ")
