"""`--columns`, `--sort` and `--limit` of a table whose columns are fixed: those named, in that order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmcli.errors import UsageError
from crmcli.query.columns import split_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.reports.table import Table


class ColumnUnknownError(UsageError):
    """A table has no such column."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        from crmcli.text.nearest import nearest  # noqa: PLC0415 - only on the way to a refusal

        near = next(iter(nearest(name, list(known))), "")
        listed = f"its columns are {', '.join(known)}"
        super().__init__(f"there is no column {name!r} here", hint=f"did you mean `{near}`?" if near else listed)


def arranged(table: Table, *, columns: str = "", sort: str = "", limit: int | None = None) -> Table:
    """Order the rows, keep so many of them and the columns asked for; raises `ColumnUnknownError` (exit 2)."""
    order = list(range(len(table.rows)))
    for word in reversed([word for word in split_columns(sort) if word]):
        place = _place(table, word.lstrip("+-"))
        _sort(order, [row[place] for row in table.rows], greatest_first=word.startswith("-"))
    kept = order if limit is None else order[:limit]
    names = dict.fromkeys(split_columns(columns)) if columns else ()
    places = [_place(table, name) for name in names] or range(len(table.columns))
    return table._replace(
        columns=tuple(table.columns[place] for place in places),
        rows=[[table.rows[number][place] for place in places] for number in kept],
        refs=[table.refs[number] for number in kept] if table.refs else table.refs,
        filters=[table.filters[number] for number in kept] if table.filters else table.filters,
        bad=frozenset(place for place, number in enumerate(kept) if number in table.bad),
        totals=[table.totals[place] for place in places] if table.totals else table.totals,
    )


def _place(table: Table, name: str) -> int:
    names = [column.name for column in table.columns]
    if name not in names:
        raise ColumnUnknownError(name, names)
    return names.index(name)


def _sort(order: list[int], cells: Sequence[Any], *, greatest_first: bool) -> None:
    """Sort row numbers by their cells, those without a value last either way; what is equal keeps its order."""
    order.sort(key=lambda number: _comparable(cells[number]), reverse=greatest_first)
    order.sort(key=lambda number: cells[number] is None)


def _comparable(cell: Any) -> Any:  # noqa: ANN401 - cells are of many types
    """Text folded, an amount with several parts by its value in the book's currency."""
    if cell is None:
        return (-1,)
    if isinstance(cell, tuple):
        cell = cell[-1] or 0
    return (0, cell) if isinstance(cell, int | float) else (1, str(cell).casefold())
