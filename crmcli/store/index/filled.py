"""Inserting rows of which many columns are NULL.

Binding None costs more than binding several texts (`sqlite3` looks for an adapter each time): rows that leave the same columns
empty share a statement that does not name these.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

Value = str | int | float | None

_FEW = 4
"""Fewer rows of one shape than this go in with all columns: another statement would cost more than their NULLs."""


def insert_filled(
    connection: sqlite3.Connection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Value]],
    verb: str = "INSERT",
) -> None:
    """Insert whole rows."""
    insert_mapped(
        connection,
        table,
        columns,
        [{place: value for place, value in enumerate(row) if value is not None} for row in rows],
        verb,
    )


def insert_mapped(
    connection: sqlite3.Connection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Mapping[int, Value]],
    verb: str = "INSERT",
) -> None:
    """Insert rows given as values by their column's place; in what order a row has them does not matter."""
    shapes: dict[tuple[int, ...], list[tuple[Value, ...]]] = {}
    for row in rows:
        shape = tuple(row)
        found = shapes.get(shape)
        if found is None:
            found = shapes[shape] = []
        found.append(tuple(row.values()))
    rest = []
    for shape, values in shapes.items():
        if len(values) < _FEW < len(shapes):
            rest += [dict(zip(shape, one, strict=True)) for one in values]
            continue
        names = ", ".join(f'"{columns[place]}"' for place in shape)
        marks = ", ".join("?" * len(shape))
        connection.executemany(f'{verb} INTO "{table}" ({names}) VALUES ({marks})', values)
    if rest:
        places = range(len(columns))
        whole = [[row.get(place) for place in places] for row in rest]
        connection.executemany(f'{verb} INTO "{table}" VALUES ({", ".join("?" * len(columns))})', whole)
