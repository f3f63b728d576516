"""Three-way merge of rows inside a record: told apart by what they say, never by where they stand (STORE rule 22). Pure.

A row that all versions have is the same row. One that a side changed is found by the columns that refer to another
record (`product`), where exactly one row that went and one that came name the same; else it went, and another came.
Rows on which the sides disagree stay as each side has them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from crmcli.model.schema import RecordType
from crmcli.text.flow import parse_flow_map
from crmcli.text.yaml_write import render_flow_map

Rows = Sequence[str]


class _Fate(NamedTuple):
    """What one side did: per row of the base the number of its row there (None: it went), which of them it changed, what it added."""

    place: dict[int, int]
    changed: frozenset[int]
    added: list[int]


def merge_rows(base: Rows, ours: Rows, theirs: Rows, columns: RecordType | None) -> tuple[list[str], list[str]]:
    """The rows as each side has them after the merge; the same list twice where nothing conflicts."""
    merging = _Merging(base, ours, theirs, columns)
    one, other = merging.rows()
    if _twins(one, ours, theirs) or _twins(other, ours, theirs):
        return list(ours), list(theirs)
    return one, other


class _Merging:
    """The rows of one field in three versions."""

    def __init__(self, base: Rows, ours: Rows, theirs: Rows, columns: RecordType | None) -> None:
        self._base, self._ours, self._theirs, self._columns = base, ours, theirs, columns
        keys = tuple(c.name for c in columns.fields.values() if c.reference) if columns else ()
        self._mine = _fate(base, ours, keys)
        self._yours = _fate(base, theirs, keys)

    def rows(self) -> tuple[list[str], list[str]]:
        """In our order; then what they have and we do not, in theirs."""
        mine, yours = self._mine, self._yours
        came = {_said(self._theirs[n]) for n in yours.added} - {_said(self._ours[n]) for n in mine.added}
        unlike = self._is_unclear()
        one: list[str] = []
        other: list[str] = []
        back = {place: number for number, place in mine.place.items()}
        for place, row in enumerate(self._ours):
            number = back.get(place)
            here, there = (row, None if unlike else row) if number is None else self._of_base(number)
            one += [here] if here is not None else []
            other += [there] if there is not None else []
        for number in sorted(set(yours.changed) - set(mine.place)):  # we took out what they changed
            other.append(self._theirs[yours.place[number]])
        for place in yours.added:
            row = self._theirs[place]
            if _said(row) in came:
                one += [] if unlike else [row]
                other.append(row)
            elif unlike:
                other.append(row)
        return one, other

    def _is_unclear(self) -> bool:
        """Whether both took out the same row and brought others: nobody knows whether it was changed twice."""
        gone = set(range(len(self._base))) - set(self._mine.place) - set(self._yours.place)
        mine = {_said(self._ours[n]) for n in self._mine.added}
        yours = {_said(self._theirs[n]) for n in self._yours.added}
        return bool(gone) and mine != yours

    def _of_base(self, number: int) -> tuple[str | None, str | None]:
        """A row of the base that we have, as each side has it after the merge; None for gone."""
        mine = self._ours[self._mine.place[number]]
        if number not in self._yours.place:
            return (mine, None) if number in self._mine.changed else (None, None)
        yours = self._theirs[self._yours.place[number]]
        if number not in self._yours.changed:
            return mine, mine
        if number not in self._mine.changed:
            return yours, yours
        return self._cells(self._base[number], mine, yours)

    def _cells(self, base: str, ours: str, theirs: str) -> tuple[str, str]:
        """A row that both changed, merged by column."""
        old, mine, yours = (parse_flow_map(row, empty=True) for row in (base, ours, theirs))
        if old is None or mine is None or yours is None:
            return ours, theirs
        one: dict[str, str] = {}
        other: dict[str, str] = {}
        for name in self._column_order([*mine, *yours]):
            was, here, there = old.get(name), mine.get(name), yours.get(name)
            if here == was:
                here = there
            elif there == was:
                there = here
            if here is not None:
                one[name] = here
            if there is not None:
                other[name] = there
        return render_flow_map(one, empty=True), render_flow_map(other, empty=True)

    def _column_order(self, names: list[str]) -> list[str]:
        known = list(self._columns.fields) if self._columns else []
        seen = list(dict.fromkeys(names))
        return [name for name in known if name in seen] + [name for name in seen if name not in known]


def _fate(base: Rows, side: Rows, keys: tuple[str, ...]) -> _Fate:
    """Find the rows of the base in a version: first what says the same, then what refers to the same."""
    waiting: dict[object, list[int]] = {}
    for number, row in enumerate(base):
        waiting.setdefault(_said(row), []).append(number)
    place: dict[int, int] = {}
    added: list[int] = []
    for number, row in enumerate(side):
        found = waiting.get(_said(row))
        if found:
            place[found.pop(0)] = number
        else:
            added.append(number)
    gone = _by_key(base, [n for n in range(len(base)) if n not in place], keys)
    came = _by_key(side, added, keys)
    pairs = {gone[key][0]: came[key][0] for key in gone if len(gone[key]) == 1 and len(came.get(key, ())) == 1}
    taken = set(pairs.values())
    return _Fate(place | pairs, frozenset(pairs), [n for n in added if n not in taken])


def _by_key(rows: Rows, numbers: Sequence[int], keys: tuple[str, ...]) -> dict[tuple[str, ...], list[int]]:
    """Rows by what they refer to; those that refer to nothing are left out."""
    found: dict[tuple[str, ...], list[int]] = {}
    for number in numbers:
        cells = parse_flow_map(rows[number]) or {}
        key = tuple(cells.get(name, "") for name in keys)
        if any(key):
            found.setdefault(key, []).append(number)
    return found


def _said(row: str) -> object:
    """What a row says, whatever the order of its columns."""
    cells = parse_flow_map(row)
    return row if cells is None else frozenset(cells.items())


def _twins(rows: Rows, ours: Rows, theirs: Rows) -> bool:
    """Whether the merge made two rows say the same that neither side has twice: one of them would be lost in the journal."""
    merged, mine, yours = (Counter(map(_said, side)) for side in (rows, ours, theirs))
    return any(times > 1 and min(mine[said], yours[said]) < 2 for said, times in merged.items())
