"""Rows of an answer while they are made into something else: of hundreds of thousands, both would be in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from crmcli.reports.cells import Cell

T = TypeVar("T")
_FEW = 1_000
"""Different texts up to which a column is taken for one in which they come again: stages, owners, currencies, days."""


def let_go(rows: list[T]) -> Iterator[T]:
    """The rows in their order, each let go of once the next is asked for; the list is empty then."""
    rows.reverse()
    while rows:
        yield rows.pop()


class Sharing:
    """Makes tuples of rows in which equal texts of a column are one object, where there are few different ones."""

    def __init__(self) -> None:
        self._seen: dict[int, dict[str, str]] | None = None

    def row(self, row: Sequence[Cell]) -> tuple[Cell, ...]:
        """The row as a tuple."""
        cells = list(row)
        if self._seen is None:
            self._seen = {place: {} for place in range(len(cells))}
        for place, seen in tuple(self._seen.items()):
            cell = cells[place]
            if cell.__class__ is str:
                cells[place] = seen.setdefault(cell, cell)
                if len(seen) > _FEW:
                    del self._seen[place]
        return tuple(cells)
