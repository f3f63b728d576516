"""A record that is in the index already: only what differs is written, as most writes change one field of it."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from crmcli.model.record import Ref
from crmcli.store.index.rowplan import RowPlan

SqlValue = str | int | float | None


def renew_row(
    base: sqlite3.Connection, plan: RowPlan, ref: Ref, values: Mapping[int, SqlValue], kept: set[int]
) -> None:
    """Bring the row of a record up to `values` (by place; others are empty), except the places `kept`."""
    found = base.execute(f'SELECT * FROM "{plan.table}" WHERE id = ?', (ref.id,))
    names = [column[0] for column in found.description]
    row = dict(zip(names, found.fetchone(), strict=True))
    differing = {
        name: values.get(place)
        for place, name in enumerate(plan.names)
        if place not in kept and row[name] != values.get(place)
    }
    if differing:
        changes = ", ".join(f'"{name}" = ?' for name in differing)
        base.execute(f'UPDATE "{plan.table}" SET {changes} WHERE id = ?', (*differing.values(), ref.id))


def is_as_told(base: sqlite3.Connection, table: str, ref: Ref, rows: Iterable[Sequence[SqlValue]]) -> bool:
    """Whether a table holds just these rows of a record, in whatever order."""
    found = base.execute(f'SELECT * FROM {table} WHERE "type" = ? AND id = ?', ref).fetchall()
    return Counter(map(tuple, found)) == Counter(map(tuple, rows))
