"""Lengths of time: `15min 4h 3d 2w 6mo 1y`, working time `8wh 30wd`, and 30分钟 2小时 3天 两周 6个月 1年."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from unicodedata import normalize

from crmcli.light import NamedTuple
from crmcli.text.moments import shift_months

_SECONDS = {"min": 60, "h": 3600, "d": 86400, "w": 604800, "mo": 2629800, "y": 31557600, "wh": 3600, "wd": 28800}
_FINER = {"y": ("mo", 12), "w": ("d", 7), "d": ("h", 24), "h": ("min", 60)}
_CHINESE = {
    "分钟": "min",
    "分": "min",
    "小时": "h",
    "钟头": "h",
    "天": "d",
    "日": "d",
    "周": "w",
    "星期": "w",
    "礼拜": "w",
    "月": "mo",
    "年": "y",
    "工作日": "wd",
    "工作小时": "wh",
}
_NUMERALS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "俩": 2}
_MOST_DIGITS = 6


class Duration(NamedTuple):
    """A whole number of one unit: `min h d w mo y`, or working time `wh wd`."""

    amount: int
    unit: str

    @property
    def months(self) -> int:
        """The calendar months in it (of `mo` and `y`)."""
        return self.amount * {"mo": 1, "y": 12}.get(self.unit, 0)

    @property
    def days(self) -> int:
        """The calendar days in it (of `d` and `w`), or the working days of `wd`."""
        return self.amount * {"d": 1, "w": 7, "wd": 1}.get(self.unit, 0)

    @property
    def seconds(self) -> int:
        """The seconds in it (of `min`, `h` and `wh`)."""
        return self.amount * {"min": 60, "h": 3600, "wh": 3600}.get(self.unit, 0)

    @property
    def working(self) -> str:
        """`d` or `h` when working days or hours are meant, else ""."""
        return {"wd": "d", "wh": "h"}.get(self.unit, "")

    def seconds_total(self) -> int:
        """Its length for comparing.

        A month counts 30.4375 days (2,629,800 s), a year 12 of them, a working day 8 hours.
        """
        return self.amount * _SECONDS[self.unit]


def parse_duration(text: str) -> Duration | None:
    """Read a length of time without a sign; None when it is none.

    Fractions that come out whole in a finer unit are taken (`1.5h` is 90min), and a finer unit may follow (`1h30min`).
    There is no unit `m`: it could be minutes, months or million.
    """
    typed = normalize("NFKC", text).strip().casefold().replace(" ", "")
    total: Duration | None = None
    while typed:
        taken = _take(typed)
        if taken is None:
            return None
        part, typed = taken
        joined = part if total is None else _joined(total, part)
        if joined is None:
            return None
        total = joined
    return total


def format_duration(duration: Duration) -> str:
    """Return the stored form: `90min`, `30d`, `8wh`."""
    return f"{duration.amount}{duration.unit}"


def take_count(text: str) -> tuple[int, str] | None:
    """Read a whole number from the front, in digits or in Chinese (两, 十二, 二十); return the rest too."""
    end = 0
    while end < len(text) and text[end] in "0123456789":
        end += 1
    if end:
        return (int(text[:end]), text[end:]) if end <= _MOST_DIGITS else None
    tens = ones = -1
    while end < len(text) and (text[end] == "十" or text[end] in _NUMERALS):
        if text[end] == "十":
            if tens >= 0:
                return None
            tens, ones = (1 if ones < 0 else ones), -1
        elif ones >= 0:
            return None
        else:
            ones = _NUMERALS[text[end]]
        end += 1
    return (max(tens, 0) * 10 + max(ones, 0), text[end:]) if end else None


def _take(text: str) -> tuple[Duration, str] | None:
    """Read one amount with its unit."""
    if text.startswith("半"):
        return _half(text[1:])
    counted = take_count(text)
    if counted is None:
        return None
    amount, rest = counted
    decimals = 0
    if rest[:1] == ".":
        fraction = take_count(rest[1:])
        decimals = len(rest) - 1 - len(fraction[1]) if fraction else 0
        if fraction is None or not rest[1 : 1 + decimals].isascii():
            return None
        amount, rest = amount * 10**decimals + fraction[0], fraction[1]
    unit, rest = _take_unit(rest)
    return _whole(amount, 10**decimals, unit, rest) if unit else None


def _take_unit(text: str) -> tuple[str, str]:
    end = 0
    while end < len(text) and text[end].isascii() and text[end].isalpha():
        end += 1
    if end:
        return (text[:end], text[end:]) if text[:end] in _SECONDS else ("", text)
    bare = text.removeprefix("个")
    for name in sorted(_CHINESE, key=len, reverse=True):
        if bare.startswith(name):
            return _CHINESE[name], bare[len(name) :]
    return "", text


def _half(text: str) -> tuple[Duration, str] | None:
    """Half an hour, day, month (15 days) or year."""
    unit, rest = _take_unit(text)
    if unit == "mo":
        return Duration(15, "d"), rest
    return _whole(1, 2, unit, rest) if unit else None


def _whole(amount: int, parts: int, unit: str, rest: str) -> tuple[Duration, str] | None:
    """Step down to the unit in which `amount / parts` is whole."""
    while amount % parts:
        if unit not in _FINER:
            return None
        unit, factor = _FINER[unit]
        amount *= factor
    return Duration(amount // parts, unit), rest


def _joined(left: Duration, right: Duration) -> Duration | None:
    """Add a finer part: `1h30min`, `1y6mo`, `1w2d`, `1d4h`."""
    amount, unit = left
    while unit != right.unit:
        if unit not in _FINER:
            return None
        unit, factor = _FINER[unit]
        amount *= factor
    return Duration(amount + right.amount, unit) if left.unit != right.unit else None


def add(moment: date, duration: Duration, sign: int = 1) -> date:
    """Return the day or moment a duration later, earlier with `sign=-1`; a datetime gives a datetime.

    Months end safely (31 Jan + 1mo is 28 Feb), days keep the local time of day across clock changes, hours and
    minutes are elapsed time. Raises ValueError for hours on a bare date, for working time (which needs a book's
    `[hours]`) and beyond the calendar.
    """
    if duration.working:
        raise ValueError("working time needs the book's hours")
    try:
        if not isinstance(moment, datetime):
            if duration.seconds:
                raise ValueError("hours and minutes need a time of day")
            return shift_months(moment, sign * duration.months) + timedelta(sign * duration.days)
        if duration.seconds:
            span = timedelta(seconds=sign * duration.seconds)
            return (moment.astimezone(UTC) + span).astimezone(moment.tzinfo) if moment.tzinfo else moment + span
        day = shift_months(moment.date(), sign * duration.months) + timedelta(sign * duration.days)
        local = datetime.combine(day, moment.timetz())
        return local.astimezone(UTC).astimezone(moment.tzinfo) if moment.tzinfo else local
    except OverflowError:
        raise ValueError("beyond the calendar") from None
