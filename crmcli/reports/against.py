"""A report on one branch against the same report on another: the rows that differ, each with both sides and the change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from crmcli.reports.cells import Cell
from crmcli.reports.table import Column, Table

CHANGE = "change"
SIDE = Column("on", "On")


class Side(NamedTuple):
    """What a side is called, and its report."""

    name: str
    table: Table


def against(ours: Side, theirs: Side, *, total: str = "") -> Table:
    """Both reports as one table: rows in our order, those only they have after them; `total` calls the rows of totals.

    The columns that hold no figure tell rows apart. A row that one side lacks counts as empty; what has no difference (an
    amount in several currencies, a figure that one side has not) leaves the change empty.
    """
    keys = [place for place, column in enumerate(ours.table.columns) if not column.form.right]
    figures = [place for place, column in enumerate(ours.table.columns) if column.form.right]
    columns = ours.table.columns
    rows: list[list[Cell]] = []
    same = 0
    for key, mine, yours in _paired(ours.table, theirs.table, keys, total):
        before, after = ([row[place] if row else None for place in figures] for row in (yours, mine))
        if before == after:
            same += 1
            continue
        rows += [
            [*key, ours.name, *after],
            [*key, theirs.name, *before],
            [*key, CHANGE, *(_change(b, a) for b, a in zip(before, after, strict=True))],
        ]
    notes = [f"{same} {'row is' if same == 1 else 'rows are'} the same on both"] if same else []
    return Table(
        (*(columns[place] for place in keys), SIDE, *(columns[place]._replace(bar=False) for place in figures)),
        rows,
        title=ours.table.title,
        found=len(rows),
        definition="\n".join(filter(None, [*notes, ours.table.definition])),
        warnings=tuple(dict.fromkeys([*ours.table.warnings, *theirs.table.warnings])),
    )


def _paired(
    ours: Table, theirs: Table, keys: Sequence[int], total: str
) -> Iterator[tuple[list[Cell], Sequence[Cell] | None, Sequence[Cell] | None]]:
    """The rows of both, put together by what tells them apart."""
    mine, yours = ({tuple(row[place] for place in keys): row for row in table.rows} for table in (ours, theirs))
    for key in dict.fromkeys([*mine, *yours]):
        yield list(key), mine.get(key), yours.get(key)
    if total and keys and ours.totals and theirs.totals:
        yield [total, *[None] * (len(keys) - 1)], ours.totals, theirs.totals


def _change(before: Cell, after: Cell) -> Cell:
    """The difference of two figures."""
    if isinstance(before, int | float) and isinstance(after, int | float):
        return after - before
    return None
