"""Times of day: `9:30`, `14:00`, `3pm`, 下午3点, 晚上八点半."""

from __future__ import annotations

from datetime import time
from unicodedata import normalize

from crmcli.text.durations import take_count

DAY_PARTS = ("凌晨", "清晨", "早上", "早晨", "上午", "中午", "下午", "傍晚", "晚上", "夜里", "晚")
_LATE = ("下午", "傍晚", "晚上", "夜里", "晚")
_MIDNIGHT = 24


def parse_time(text: str) -> time | None:
    """Read a time of day; None when it is none. Midnight at the end of a day (`24:00`) is none either."""
    clock = read_clock(normalize("NFKC", text).strip().casefold())
    return clock[0] if clock and not clock[1] else None


def read_clock(text: str) -> tuple[time, int] | None:
    """Read a time of day from text already folded in width and case; also how many days on it lies (`24:00`: 1)."""
    part = next((part for part in DAY_PARTS if text.startswith(part)), "")
    rest = text[len(part) :]
    if ":" in rest:
        return _with_colons(rest, part)
    if rest.endswith(("am", "pm")) and not part:
        return _half_day(rest[:-2].rstrip(" "), 0, rest[-2:])
    counted = take_count(rest)
    if counted is None or counted[1][:1] not in ("点", "點", "时"):
        return None
    minute = _minutes(counted[1][1:].removeprefix("钟"))
    return None if minute is None else _clock(_hour(counted[0], part), minute, 0)


def _with_colons(text: str, part: str) -> tuple[time, int] | None:
    suffix = text[-2:] if text.endswith(("am", "pm")) and not part else ""
    numbers = text.removesuffix(suffix).rstrip(" ").split(":")
    if len(numbers) not in (2, 3) or not all(number.isascii() and number.isdigit() for number in numbers):
        return None
    if not 1 <= len(numbers[0]) <= 2 or any(len(number) != 2 for number in numbers[1:]):
        return None
    hour, minute, second = (int(number) for number in (*numbers, "0")[:3])
    if suffix:
        return _half_day(str(hour), minute, suffix)
    return _clock(_hour(hour, part), minute, second)


def _half_day(hour: str, minute: int, suffix: str) -> tuple[time, int] | None:
    if not (hour.isascii() and hour.isdigit() and len(hour) <= 2 and 1 <= int(hour) <= 12):
        return None
    return _clock(int(hour) % 12 + (12 if suffix == "pm" else 0), minute, 0)


def _hour(hour: int, part: str) -> int:
    """Apply the part of the day: 下午3点 is 15, 晚上12点 is 24, 凌晨12点 is 0, 中午1点 is 13."""
    if part in _LATE and hour <= 12:
        return hour + 12 if hour < 12 or part != "下午" else hour
    if part == "中午" and hour < 4:
        return hour + 12
    return 0 if part == "凌晨" and hour == 12 else hour


def _minutes(text: str) -> int | None:
    """Read what follows 点: nothing, 半, 一刻, 三刻, minutes with or without 分."""
    named = {"": 0, "整": 0, "半": 30, "一刻": 15, "1刻": 15, "三刻": 45, "3刻": 45}.get(text)
    if named is not None:
        return named
    counted = take_count(text.removeprefix("零").removeprefix("〇"))
    return counted[0] if counted and counted[1] in ("", "分") and counted[0] < 60 else None


def _clock(hour: int, minute: int, second: int) -> tuple[time, int] | None:
    if hour == _MIDNIGHT and not minute and not second:
        return time(0), 1
    return (time(hour, minute, second), 0) if hour < _MIDNIGHT and minute < 60 and second < 60 else None
