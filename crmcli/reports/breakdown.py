"""A report as one row for each combination of groups, with a row of totals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from crmcli.reports.grouping import conditions, described, in_order, key_texts, partition
from crmcli.reports.request import TOTAL, Report, RowSource
from crmcli.reports.selection import all_hold
from crmcli.reports.table import Column, Table

if TYPE_CHECKING:
    from crmcli.reports.cells import Cell
    from crmcli.reports.grouping import Fetched, Key, Question
    from crmcli.reports.selection import Selection
    from crmcli.store.book import Book

Figures = Callable[[Sequence[int]], tuple["Cell", ...]]
"""The figures of a row, made from the numbers (from 0) of the records it counts."""


def breakdown(
    book: Book,
    selection: Selection,
    asked: Sequence[Question],
    found: Fetched,
    *,
    columns: Sequence[Column],
    figures: Figures,
    empty: Iterable[Key] = (),
    warnings: Iterable[str] = (),
) -> Report:
    """Make the rows; `empty` are combinations that get a row even when no record is in them.

    A record whose list field puts it into several groups counts in each of them and once in the totals.
    """
    groups = described(book, selection.type, asked, found.values)
    parts = {key: list[int]() for key in empty} | partition(found.values) if asked else {}
    keys = in_order(groups, parts)
    totals = figures(range(len(found.rows)))
    table = Table(
        (*(group.column for group in groups), *columns),
        [(*key, *figures(parts[key])) for key in keys] if asked else [totals],
        found=len(keys) if asked else 1,
        totals=(*(None for _ in groups), *totals) if keys else (),
        warnings=(*selection.where.warnings, *warnings),
    )
    sources = tuple(
        RowSource(key_texts(groups, key), _ids(found, parts[key]), all_hold(conditions(groups, key))) for key in keys
    )
    return Report(
        table, selection.type, selection.condition, sources, RowSource((TOTAL,), _ids(found, range(len(found.rows))))
    )


def _ids(found: Fetched, numbers: Sequence[int]) -> frozenset[str]:
    return frozenset(str(found.rows[number][0]) for number in numbers)
