"""How a column of somebody's table writes numbers and dates: proven from its cells, or not.

A column is one way or the other as a whole. `1.234,56` or `12,5` proves a decimal comma, `1,234.56` or `12.5` a
point; `1,234` alone proves neither. `13/02/2026` proves that the day comes first, `02/13/2026` that the month does;
points (`03.04.2026`) are written day first everywhere. What is not proven is nobody's to guess: `Unproven` says what
it may be.
"""

from __future__ import annotations

import re
from typing import NamedTuple

COMMA, POINT = ",", "."
DAY_FIRST, MONTH_FIRST = "dmy", "mdy"

_NUMBER = re.compile(r"\d[\d.,'’\u00a0\u202f ]*\d|\d")
_GROUPS = str.maketrans("", "", "'’\u00a0\u202f ")
_DAY = re.compile(
    r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([AaPp])\.?[Mm]\.?)?)?"
)
_YEAR_FIRST = re.compile(r"(\d{4})(?:[./]|年)(\d{1,2})(?:[./]|月)(\d{1,2})日?(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_DECIMAL = "decimal"


class Unproven(NamedTuple):
    """A column whose notation no cell proves: what is asked (`decimal` or `dates`), a cell, its line, both readings."""

    column: str
    what: str
    cell: str
    line: int
    readings: dict[str, str]


class NumberProof:
    """Sees the cells of a column of numbers."""

    def __init__(self) -> None:
        self.comma: tuple[str, int] | None = None
        self.point: tuple[str, int] | None = None
        self.open: tuple[str, int] | None = None

    def see(self, cell: str, line: int) -> None:
        """Look at one cell."""
        if COMMA not in cell and POINT not in cell:
            return
        found = _NUMBER.search(cell)
        sign = _sign(found[0]) if found else None
        if sign == COMMA:
            self.comma = self.comma or (cell, line)
        elif sign == POINT:
            self.point = self.point or (cell, line)
        elif sign == "?":
            self.open = self.open or (cell, line)

    def verdict(self, column: str) -> str | Unproven:
        """The column's decimal sign; "" where nothing is to be done: without signs, or with proofs of both."""
        if self.comma and self.point:
            return ""
        if self.comma or self.point:
            return COMMA if self.comma else POINT
        if self.open is None:
            return ""
        cell, line = self.open
        return Unproven(column, _DECIMAL, cell, line, {sign: plain_number(cell, sign) for sign in (POINT, COMMA)})


class DateProof:
    """Sees the cells of a column of dates."""

    def __init__(self) -> None:
        self.day_first: tuple[str, int] | None = None
        self.month_first: tuple[str, int] | None = None
        self.pointed: tuple[str, int] | None = None
        self.open: tuple[str, int] | None = None

    def see(self, cell: str, line: int) -> None:
        """Look at one cell."""
        found = _DAY.fullmatch(cell)
        if found is None:
            return
        first, second = int(found[1]), int(found[3])
        if first > 12 >= second:
            self.day_first = self.day_first or (cell, line)
        elif second > 12 >= first:
            self.month_first = self.month_first or (cell, line)
        elif found[2] == POINT:
            self.pointed = self.pointed or (cell, line)
        else:
            self.open = self.open or (cell, line)

    def verdict(self, column: str) -> str | Unproven:
        """The column's order, "" where nothing is to be done."""
        if self.day_first and self.month_first:
            return ""
        if self.day_first or self.month_first:
            return DAY_FIRST if self.day_first else MONTH_FIRST
        if self.open is None:
            return DAY_FIRST if self.pointed else ""
        cell, line = self.open
        return Unproven(
            column, "dates", cell, line, {order: iso_date(cell, order) for order in (DAY_FIRST, MONTH_FIRST)}
        )


def plain_number(cell: str, decimal: str) -> str:
    """A cell whose number has no groups and a point; the rest stays (`1.234,50 EUR` → `1234.50 EUR`)."""
    return _NUMBER.sub(lambda found: _plain(found[0], decimal), cell, count=1)


def iso_date(cell: str, order: str) -> str:
    """A date, perhaps with a time, in ISO form; a cell that is written otherwise as it stands."""
    found = _DAY.fullmatch(cell)
    if found is not None and order:
        first, second = found[1], found[3]
        month, day = (second, first) if order == DAY_FIRST else (first, second)
        return _iso((found[4], month, day), (found[5], found[6], found[7]), found[8] or "")
    found = _YEAR_FIRST.fullmatch(cell)
    if found is not None:
        return _iso((found[1], found[2], found[3]), (found[4], found[5], found[6]))
    return cell


def _iso(day: tuple[str, str, str], time: tuple[str | None, str | None, str | None], half: str = "") -> str:
    year, month, date = day
    written = f"{year}-{int(month):02}-{int(date):02}"
    if time[0] is None:
        return written
    hour = int(time[0]) % 12 + (12 if half in "Pp" else 0) if half else int(time[0])
    return f"{written}T{hour:02}:{time[1]}:{time[2] or '00'}"


def _plain(number: str, decimal: str) -> str:
    group = POINT if decimal == COMMA else COMMA
    return number.translate(_GROUPS).replace(group, "").replace(decimal, POINT)


def _sign(number: str) -> str:
    """The decimal sign that a number proves; "?" where it may be either, "" where it has none."""
    number = number.translate(_GROUPS)
    commas, points = number.count(COMMA), number.count(POINT)
    if commas and points:
        return COMMA if number.rfind(COMMA) > number.rfind(POINT) else POINT
    if not commas and not points:
        return ""
    sign, other = (COMMA, POINT) if commas else (POINT, COMMA)
    if commas + points > 1:
        return other  # said twice, it groups
    whole, _, fraction = number.partition(sign)
    return "?" if len(fraction) == 3 and len(whole) <= 3 and not whole.startswith("0") else sign
