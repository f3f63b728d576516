"""Figures of reports, exact: shares, averages and medians from integers, and how they read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, tzinfo

from crmcli.reports.cells import Cell, Form, group_digits

SECOND = timedelta(seconds=1)
DAY_SECONDS = 86400


def half_even(numerator: int, denominator: int) -> int:
    """Divide and round to a whole number, halves to the even one; `denominator` is positive."""
    whole, rest = divmod(numerator, denominator)
    return whole + (1 if 2 * rest > denominator or (2 * rest == denominator and whole % 2) else 0)


def share(part: int, whole: int) -> int | None:
    """The part in ten-thousandths of the whole (6315 is 63.15 %); None of nothing."""
    return half_even(part * 10_000, whole) if whole else None


def average(total: int, count: int) -> int | None:
    """The mean in the unit of the total, for money its minor unit; None of nothing."""
    return half_even(total, count) if count else None


def mean_days(seconds: Sequence[int]) -> int | None:
    """The mean of some lengths of time, in hundredths of a day; None of nothing."""
    return half_even(sum(seconds) * 100, len(seconds) * DAY_SECONDS) if seconds else None


def median_days(seconds: Sequence[int]) -> int | None:
    """The middle one, or the mean of the two in the middle, in hundredths of a day; None of nothing."""
    if not seconds:
        return None
    ordered = sorted(seconds)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return half_even((low + high) * 100, 2 * DAY_SECONDS)


def days(seconds: int) -> int:
    """A length of time in hundredths of a day."""
    return half_even(seconds * 100, DAY_SECONDS)


def wall_clock(zone: tzinfo) -> Callable[[str], datetime]:
    """How an instant of the index reads on the clock of a zone, without the zone.

    Lengths of time are taken between such readings: from midnight to midnight is whole days, also across a change to
    or from summer time.
    """

    def reading(instant: str) -> datetime:
        return datetime.fromisoformat(instant).astimezone(zone).replace(tzinfo=None)

    return reading


def seconds_between(start: datetime, end: datetime) -> int:
    """The whole seconds from one reading of the clock to another."""
    return (end - start) // SECOND


def _digits(cell: Cell, places: int) -> str:
    """An integer as a decimal number with so many places, without trailing zeros: 5178 and 2 → `51.78`."""
    text = str(abs(cell)).rjust(places + 1, "0")
    number = f"{text[:-places]}.{text[-places:]}".rstrip("0").rstrip(".")
    return f"-{number}" if cell < 0 else number


def _number(cell: Cell, places: int) -> int | float:
    text = _digits(cell, places)
    return float(text) if "." in text else int(text)


def _percent(cell: Cell) -> str:
    return f"{cell // 100}.{cell % 100:02d}%"


RATE = Form(lambda cell: _digits(cell, 4), lambda cell: _number(cell, 4), _percent, right=True)
"""int, ten-thousandths: 6315 is 0.6315 for scripts and 63.15% for people."""
DAYS = Form(
    lambda cell: _digits(cell, 2),
    lambda cell: _number(cell, 2),
    lambda cell: group_digits(_digits(cell, 2)),
    right=True,
)
"""int, hundredths of a day."""
