"""Rows of two records put together: those that refer to the same (`product`) are one, the rest are all there. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from crmcli.model.schema import RecordType
from crmcli.text.flow import parse_flow_map
from crmcli.text.yaml_write import render_flow_map


class CellDifference(NamedTuple):
    """A column that a row has differently on both sides, as it is typed: `lines.2.qty`."""

    name: str
    mine: str
    other: str
    taken: bool


class UnitedRows(NamedTuple):
    """The rows of both, in our order, then theirs; and where they differed."""

    rows: list[str]
    differences: list[CellDifference]


def unite_rows(
    columns: RecordType, field: str, mine: Sequence[str], theirs: Sequence[str], takes: Callable[[str], bool]
) -> UnitedRows:
    """Unite the rows of a field; `takes` says of a column in which they differ whether theirs wins."""
    keys = tuple(c.name for c in columns.fields.values() if c.reference)
    ours, others = _by_key(mine, keys), _by_key(theirs, keys)
    rows, differences = list(mine), list[CellDifference]()
    for row in theirs:
        if any(_said(row) == _said(other) for other in rows):
            continue
        key = _key(row, keys)
        place = ours[key][0] if any(key) and len(ours.get(key, ())) == 1 and len(others[key]) == 1 else None
        if place is None:
            rows.append(row)
            continue
        united, found = _united(columns, f"{field}.{place + 1}", rows[place], row, takes)
        rows[place] = united
        differences += found
    return UnitedRows(rows, differences)


def _united(
    columns: RecordType, where: str, mine: str, other: str, takes: Callable[[str], bool]
) -> tuple[str, list[CellDifference]]:
    """One row of two: our columns, theirs where we have none, and where we differ what is wanted."""
    here, there = _cells(mine), _cells(other)
    differences = [
        CellDifference(f"{where}.{name}", here[name], value, takes(f"{where}.{name}"))
        for name, value in there.items()
        if value and here.get(name) and here[name] != value
    ]
    taken = {d.name.rpartition(".")[2]: d.other for d in differences if d.taken}
    cells = {**there, **{name: value for name, value in here.items() if value}, **taken}
    order = [*(name for name in columns.fields if name in cells), *(n for n in cells if n not in columns.fields)]
    united = {name: cells[name] for name in order}
    return (mine if united == here else render_flow_map(united, empty=True)), differences


def _by_key(rows: Sequence[str], keys: tuple[str, ...]) -> dict[tuple[str, ...], list[int]]:
    found: dict[tuple[str, ...], list[int]] = {}
    for place, row in enumerate(rows):
        found.setdefault(_key(row, keys), []).append(place)
    return found


def _key(row: str, keys: tuple[str, ...]) -> tuple[str, ...]:
    cells = _cells(row)
    return tuple(cells.get(name, "") for name in keys)


def _cells(row: str) -> Mapping[str, str]:
    return parse_flow_map(row, empty=True) or {}


def _said(row: str) -> object:
    """What a row says, whatever the order of its columns."""
    cells = parse_flow_map(row)
    return row if cells is None else frozenset(cells.items())
