"""The one date grammar: every date that a person types anywhere is read here.

    today now yesterday tomorrow          fri (the coming one)  -fri (the last one)    -30d +2w +4h +3wd +8wh (from now)
    2026-11-20  2026-11-20T14:00+01:00    2026-11  2026-q4  q4  2026  2026-w47         periods
    14:00  3pm  fri@14:00                 two or three words: `fri 14:00`, `in 3 days`  今天 下周一 月底 三天后 …

Weekdays lie strictly after (`-`: before) today. `q4` is this calendar year's. A time alone is today's. Everything is
counted in the zone of `now`, and moments carry that zone with the offset of their own date. Working time (`+3wd`, `+8wh`) is
counted by `worked`, which knows when people work; without one it is no date.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from unicodedata import normalize

from crmcli.text.day_words import format_day
from crmcli.text.durations import Duration, parse_duration
from crmcli.text.from_now import Worked, from_now
from crmcli.text.moments import (
    WEEKDAYS,
    When,
    at_clock,
    at_moment,
    from_to,
    month_of,
    on_day,
    quarter_of,
    year_of,
)
from crmcli.text.time_of_day import DAY_PARTS, read_clock

__all__ = ["When", "date_hint", "format_day", "parse_ends", "parse_range", "parse_when", "parse_word"]

_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}
_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPELLED = {"minute": "min", "min": "min", "hour": "h", "day": "d", "week": "w", "month": "mo", "year": "y"}

Days = tuple[date | None, date | None]


def parse_when(
    words: Sequence[str], now: datetime, *, week: str = "mon", worked: Worked | None = None
) -> tuple[When, int] | None:
    """Read the longest run of leading words that is a date, with how many they are; None when the first is none."""
    if not words:
        return None
    relative = _in_words(words, now, worked)
    if relative:
        return relative
    when = parse_word(words[0], now, week=week, worked=worked)
    if when is None or when.kind != "day" or len(words) == 1:
        return (when, 1) if when else None
    second = _folded(words[1])
    clock, used = read_clock(second), 2
    if second in DAY_PARTS and len(words) > 2:
        clock, used = read_clock(second + _folded(words[2])), 3
    if clock is None:
        return when, 1
    return at_clock(when.first + timedelta(clock[1]), clock[0], now.tzinfo), used


def parse_word(text: str, now: datetime, *, week: str = "mon", worked: Worked | None = None) -> When | None:
    """Read one date word; text with blanks inside must be a date as a whole. None when it is none."""
    typed = _folded(text)
    if " " in typed:
        words = typed.split()
        found = parse_when(words, now, week=week, worked=worked)
        return found[0] if found and found[1] == len(words) else None
    try:
        return _word(typed, now, week, worked)
    except (ValueError, OverflowError):  # a day that is in no calendar
        return None


def parse_ends(text: str, now: datetime, *, week: str = "mon") -> tuple[When | None, When | None] | None:
    """Read `lo..hi`, `..hi`, `lo..` or one date (both ends the same); None when an end is no date or both are open."""
    low, dots, high = text.partition("..")
    lower = parse_word(low, now, week=week) if low.strip() else None
    if not dots:
        return (lower, lower) if lower else None
    upper = parse_word(high, now, week=week) if high.strip() else None
    if (low.strip() and not lower) or (high.strip() and not upper) or not (lower or upper):
        return None
    return lower, upper


def parse_range(text: str, now: datetime, *, week: str = "mon") -> Days | None:
    """Read a range as `parse_ends` does; return its first and last day, None for an open end."""
    ends = parse_ends(text, now, week=week)
    if ends is None:
        return None
    lower, upper = ends
    return lower.first if lower else None, upper.last if upper else None


def date_hint(text: str, *, counted: bool = True) -> str:
    """Return how to write a date typed in another notation (`20.11.2026`, `11/20/2026`, `30m`); "" when unknown.

    Of working time where it cannot be `counted`, how to say when people work.
    """
    typed = _folded(text)
    length = parse_duration(typed[1:]) if typed[:1] in "+-" and typed[-2:] in ("wd", "wh") else None
    if length is not None and length.working and not counted:
        return (
            f'{typed} is working time: say in crm.toml when that is, [hours.office] with a line mon-fri = "09:00-17:00"'
        )
    for mark in "./":
        parts = typed.rstrip(mark).split(mark)
        if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts):
            readings = _readings([int(part) for part in parts], day_first=mark == ".")
            return "write " + " or ".join(readings) if readings else ""
    if typed[:1] in "+-" and typed[1:-1].isdigit() and typed.endswith("m"):
        return f"write {typed}in for minutes or {typed}o for months"
    return ""


def _readings(numbers: list[int], *, day_first: bool) -> list[str]:
    orders = [(2, 1, 0)] if day_first else [(2, 0, 1), (2, 1, 0)]
    if numbers[0] > 31:
        orders = [(0, 1, 2)]
    readings: list[str] = []
    for year, month, day in orders:
        try:
            found = date(numbers[year] + (2000 if numbers[year] < 100 else 0), numbers[month], numbers[day])
        except ValueError:
            continue
        if found.isoformat() not in readings:
            readings.append(found.isoformat())
    return readings


def _folded(text: str) -> str:
    """One width and case; the full-width colon, digits and blanks of Chinese keyboards become ASCII."""
    return text.strip().lower() if text.isascii() else normalize("NFKC", text).strip().casefold()


def _in_words(words: Sequence[str], now: datetime, worked: Worked | None) -> tuple[When, int] | None:
    """`in 3 days`, `in 2w`."""
    if _folded(words[0]) != "in" or len(words) < 2:
        return None
    count = _folded(words[1])
    if count.isascii() and count.isdigit() and len(words) > 2 and len(count) < 6:
        unit = _SPELLED.get(_folded(words[2]).removesuffix("s"))
        length, used = (Duration(int(count), unit) if unit else None), 3
    else:
        length, used = parse_duration(count), 2
    try:
        when = from_now(length, 1, now, worked)
    except (ValueError, OverflowError):
        return None
    return (when, used) if when else None


def _word(typed: str, now: datetime, week: str, worked: Worked | None) -> When | None:
    if typed == "now":
        return at_moment(now)
    if "@" in typed:
        day, _, clock = typed.partition("@")
        return _at(parse_word(day, now, week=week, worked=worked), clock, now)
    when = _named_day(typed, now.date())
    if when is None and typed[:1] in ("+", "-"):
        return from_now(parse_duration(typed[1:]), 1 if typed[0] == "+" else -1, now, worked)
    if when is None and typed.isascii() and typed[:4].isdigit() and typed[4:5] in ("", "-"):
        return _iso(typed, now)
    when = when or _at(on_day(now.date()), typed, now)
    if when is None and not typed.isascii():
        from crmcli.text.chinese_dates import parse_chinese  # noqa: PLC0415 - only for a word that is not ASCII

        return parse_chinese(typed, now, week, worked)
    return when


def _named_day(typed: str, today: date) -> When | None:
    """Read `today`, `fri`, `-fri`, `q4`."""
    if typed in _DAYS:
        return on_day(today + timedelta(_DAYS[typed]))
    if typed[:1] == "q" and typed[1:] in ("1", "2", "3", "4"):
        return quarter_of(today.year, int(typed[1]))
    weekday = _weekday(typed.removeprefix("-"))
    if weekday < 0:
        return None
    if typed[0] == "-":
        return on_day(today - timedelta((today.weekday() - weekday - 1) % 7 + 1))
    return on_day(today + timedelta((weekday - today.weekday() - 1) % 7 + 1))


def _weekday(word: str) -> int:
    """0 for Monday … 6, -1 for no weekday."""
    return next((names.index(word) for names in (WEEKDAYS, _FULL) if word in names), -1)


def _at(when: When | None, clock: str, now: datetime) -> When | None:
    found = read_clock(clock)
    if when is None or when.kind != "day" or found is None:
        return None
    return at_clock(when.first + timedelta(found[1]), found[0], now.tzinfo)


def _iso(typed: str, now: datetime) -> When | None:
    """Read ISO 8601 forms, and `2026-q4`; typed is lower case and begins with a year."""
    year, rest = int(typed[:4]), typed[5:]
    if not rest:
        return year_of(year) if len(typed) == 4 and 1900 <= year < 2200 else None
    if rest[0] == "q" and rest[1:] in ("1", "2", "3", "4"):
        return quarter_of(year, int(rest[1]))
    if rest[0] == "w" and rest[1:].isdigit():
        monday = date.fromisocalendar(year, int(rest[1:]), 1)
        return from_to(monday, monday + timedelta(6))
    if len(rest) == 2 and rest.isdigit():
        return month_of(year, int(rest)) if 1 <= int(rest) <= 12 else None
    if len(rest) == 5:
        return on_day(date.fromisoformat(typed))
    if typed[10:11] != "t":
        return None
    moment = datetime.fromisoformat(typed.upper())
    if moment.tzinfo is None:
        return at_clock(moment.date(), moment.time(), now.tzinfo)
    return at_moment(moment.astimezone(now.tzinfo))
