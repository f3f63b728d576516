"""Several columns that make one text: `"First Name+Last Name" = "name"`.

Their cells are joined with a blank, empty ones leave no trace. Where all of them are written in Han characters they are
joined without one, and what stands in a column called as a family name is comes first, in whatever order the map has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from crmcli.text.slug import has_han
from crmcli_formats.sheets import Row

TOGETHER = "+"
"""Between the names of columns, as in `same`."""

_FAMILY = frozenset(
    ["last name", "lastname", "last", "family name", "familyname", "surname", "nachname", "familienname", "姓", "姓氏"]
)
_WITHIN_NAMES = "·"


class Join(NamedTuple):
    """The places of columns whose cells make one; `family` is that of the family name among them, -1 without one."""

    positions: tuple[int, ...]
    family: int = -1


def columns_of(key: str) -> list[str]:
    """The columns a key of `columns` names."""
    return [name.strip() for name in key.split(TOGETHER)]


def join_of(header: Sequence[str], positions: Sequence[int]) -> Join:
    """The join of columns; the last one with a family name's name counts, for prefixes stand before."""
    family = [position for position in positions if header[position].strip().casefold() in _FAMILY]
    return Join(tuple(positions), family[-1] if family else -1)


def joined_rows(rows: Iterable[Row], joins: Sequence[Join]) -> Iterator[Row]:
    """The rows with a cell more for each join, behind their own."""
    if not joins:
        yield from rows
        return
    for row in rows:
        yield row if row.trouble else row._replace(cells=[*row.cells, *(joined(row.cells, join) for join in joins)])


def joined(cells: Sequence[str], join: Join) -> str:
    """The one text that the cells make."""
    found = [(position, text) for position in join.positions if (text := cells[position].strip())]
    if len(found) > 1 and all(_is_han(text) for _, text in found):
        return "".join(text for _, text in sorted(found, key=lambda one: one[0] != join.family))
    return " ".join(text for _, text in found)


def _is_han(text: str) -> bool:
    return all(has_han(char) or char == _WITHIN_NAMES for char in text)
