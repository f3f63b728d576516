"""Words for dates, lengths and moments, by the tables of docs/reference/language.md; nothing here is crm's own code."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
DAY = 86400
LENGTHS = {
    "min": Fraction(60), "h": Fraction(3600), "d": Fraction(DAY), "w": Fraction(7 * DAY),
    "mo": Fraction("30.4375") * DAY, "y": Fraction("365.25") * DAY,
}  # fmt: skip
WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Length(NamedTuple):
    """A length as written: for comparing it has seconds, for dates it counts months and days of the calendar."""

    number: Fraction
    unit: str

    @property
    def seconds(self) -> Fraction:
        return self.number * LENGTHS[self.unit]


class Span(NamedTuple):
    """A day or a period by its first and last day; of a moment, `at` alone says what is meant."""

    first: date
    last: date
    at: datetime | None = None


def read_length(text: str) -> Length | None:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(min|h|d|w|mo|y)", text)
    return Length(Fraction(found[1]), found[2]) if found else None


def instant(text: str) -> datetime:
    """A moment as files write it, in UTC; a day alone is its beginning in the zone."""
    if len(text) == 10:
        return begin(date.fromisoformat(text))
    read = datetime.fromisoformat(text)
    return (read if read.tzinfo else read.replace(tzinfo=ZONE)).astimezone(UTC)


def begin(day: date) -> datetime:
    """The first moment of a day in the zone."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def local(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def add_months(day: date, count: int) -> date:
    month = day.year * 12 + day.month - 1 + count
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add(day: date, length: Length, sign: int) -> date:
    count = sign * int(length.number)
    if length.unit in ("mo", "y"):
        return add_months(day, count * (12 if length.unit == "y" else 1))
    return day + timedelta(count * (7 if length.unit == "w" else 1))


def month_span(year: int, month: int, months: int = 1) -> Span:
    first = date(year, month, 1)
    return Span(first, add_months(first, months) - timedelta(1))


def read_day(word: str, now: datetime) -> Span | None:
    """Read a date word; None when it is none. `now` is in the zone."""
    today = now.date()
    if word == "now":
        return Span(today, today, now.astimezone(UTC))
    shift = {"today": 0, "yesterday": -1, "tomorrow": 1}.get(word)
    if shift is not None:
        return Span(today + timedelta(shift), today + timedelta(shift))
    if word in WEEK:
        ahead = (WEEK.index(word) - today.weekday() - 1) % 7 + 1
        return Span(today + timedelta(ahead), today + timedelta(ahead))
    if word[:1] == "-" and word[1:] in WEEK:
        back = (today.weekday() - WEEK.index(word[1:]) - 1) % 7 + 1
        return Span(today - timedelta(back), today - timedelta(back))
    if word[:1] in "+-" and (length := read_length(word[1:])):
        return _from_now(length, 1 if word[0] == "+" else -1, now)
    return _written(word, today)


def _from_now(length: Length, sign: int, now: datetime) -> Span:
    if length.unit in ("min", "h"):
        at = now.astimezone(UTC) + sign * timedelta(seconds=float(length.seconds))
        return Span(local(at), local(at), at)
    day = add(now.date(), length, sign)
    return Span(day, day)


def _written(word: str, today: date) -> Span | None:
    if found := re.fullmatch(r"(\d{4}-\d\d-\d\d)[T@](\d\d:\d\d)", word):
        at = datetime.fromisoformat(f"{found[1]}T{found[2]}").replace(tzinfo=ZONE).astimezone(UTC)
        return Span(local(at), local(at), at)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", word):
        return Span(date.fromisoformat(word), date.fromisoformat(word))
    if found := re.fullmatch(r"(\d{4})-(\d\d)", word):
        return month_span(int(found[1]), int(found[2]))
    if found := re.fullmatch(r"(?:(\d{4})-)?q([1-4])", word):
        return month_span(int(found[1] or today.year), 3 * int(found[2]) - 2, 3)
    if found := re.fullmatch(r"(\d{4})-w(\d\d)", word):
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        return Span(monday, monday + timedelta(6))
    if re.fullmatch(r"\d{4}", word):
        return month_span(int(word), 1, 12)
    return None


def written(day: date, unit: str) -> str:
    """The period a day lies in, as dates are read."""
    year, week, _ = day.isocalendar()
    return {
        "year": f"{day.year:04d}", "quarter": f"{day.year:04d}-q{(day.month + 2) // 3}", "month": f"{day.year:04d}-{day.month:02d}",
        "week": f"{year:04d}-w{week:02d}", "day": day.isoformat(),
    }[unit]  # fmt: skip


def whole_months(later: date, earlier: date) -> int:
    """How many months can be added to the earlier before the later is passed."""
    if later < earlier:
        return -whole_months(earlier, later)
    count = 0
    while add_months(earlier, count + 1) <= later:
        count += 1
    return count
