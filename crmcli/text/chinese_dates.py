"""Chinese date words: 明天, 下周一, 月底, 三天前, 11月20日, 明天下午三点半.

周三 is this week's Wednesday (past included), 下周一 next week's Monday. A month and day without a year are this
year's. A part of the day without an hour (今晚, 明天下午) says only the day.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from crmcli.text.durations import parse_duration, take_count
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
    week_of,
    year_of,
)
from crmcli.text.time_of_day import DAY_PARTS, read_clock

_Found = tuple[When, str] | None

_DAYS = {
    "大后天": 3,
    "后天": 2,
    "明天": 1,
    "明日": 1,
    "今天": 0,
    "今日": 0,
    "昨天": -1,
    "昨日": -1,
    "前天": -2,
    "大前天": -3,
}
_SHORT = {
    "今晚": "今天晚上",
    "今早": "今天早上",
    "今夜": "今天夜里",
    "明晚": "明天晚上",
    "明早": "明天早上",
    "昨晚": "昨天晚上",
}
_STEPS = {"下下": 2, "上上": -2, "下": 1, "上": -1, "本": 0, "这": 0, "": 0}
_YEARS = {"今年": 0, "本年": 0, "明年": 1, "后年": 2, "去年": -1, "前年": -2}
_WEEK = ("星期", "礼拜", "周")
_ENDS, _BEGINNINGS = ("底", "末"), ("初",)


def parse_chinese(text: str, now: datetime, week: str, worked: Worked | None = None) -> When | None:
    """Read a whole Chinese date word, already folded in width; None when it is none."""
    if text == "现在":
        return at_moment(now)
    short = next((short for short in _SHORT if text.startswith(short)), "")
    text = _SHORT[short] + text[len(short) :] if short else text
    try:
        return _from_now(text, now, worked) or _day_and_clock(text, now, week)
    except (ValueError, OverflowError):  # 2月30日, or beyond the calendar
        return None


def _from_now(text: str, now: datetime, worked: Worked | None) -> When | None:
    """三天后, 两周前, 半小时后, 三个工作日后."""
    for suffix, sign in (("以后", 1), ("之后", 1), ("后", 1), ("以前", -1), ("之前", -1), ("前", -1)):
        if text.endswith(suffix):
            return from_now(parse_duration(text.removesuffix(suffix)), sign, now, worked)
    return None


def _day_and_clock(text: str, now: datetime, week: str) -> When | None:
    today = now.date()
    found = _day(text, today) or _week_word(text, today, week) or _month_word(text, today)
    found = found or _quarter_word(text, today.year, today) or _year_word(text, today)
    if found is None:
        return None
    when, rest = found
    if not rest:
        return when
    rest = rest.removeprefix("的")
    if when.kind != "day":
        return None
    if rest in DAY_PARTS:
        return when
    clock = read_clock(rest)
    return at_clock(when.first + timedelta(clock[1]), clock[0], now.tzinfo) if clock else None


def _day(text: str, today: date) -> _Found:
    for word, days in _DAYS.items():
        if text.startswith(word):
            return on_day(today + timedelta(days)), text[len(word) :]
    return None


def _step(text: str, units: tuple[str, ...]) -> tuple[str, int, str] | None:
    """Read 下, 上上, 本 … with a unit after it: the step word, how far it goes, the rest."""
    for word, step in _STEPS.items():
        if text.startswith(word):
            bare = text[len(word) :].removeprefix("个") if word else text
            unit = next((unit for unit in units if bare.startswith(unit)), "")
            if unit:
                return word, step, bare[len(unit) :]
    return None


def _week_word(text: str, today: date, week: str) -> _Found:
    found = _step(text, _WEEK)
    if found is None:
        return None
    word, step, rest = found
    period = week_of(today + timedelta(7 * step), week)
    if rest[:1] == "末":
        saturday = period.first + timedelta((5 - period.first.weekday()) % 7)
        return from_to(saturday, saturday + timedelta(1)), rest[1:]
    number = "一二三四五六日1234567".find(rest[:1].replace("天", "日")) if rest else -1
    if number < 0:
        return (period, rest) if word else None
    weekday = number % 7
    return on_day(period.first + timedelta((weekday - WEEKDAYS.index(week)) % 7)), rest[1:]


def _month_word(text: str, today: date) -> _Found:
    found = _step(text, ("月份", "月"))
    if found is None:
        return None
    word, step, rest = found
    return _within(month_of(today.year, today.month + step), rest, alone=bool(word), days=True)


def _quarter_word(text: str, year: int, today: date | None) -> _Found:
    """本季度, 季度末, 四季度, 第四季度; with a year before it only the numbered ones."""
    if today is not None:
        found = _step(text, ("季度", "季"))
        if found:
            word, step, rest = found
            return _within(quarter_of(year, (today.month + 2) // 3 + step), rest, alone=bool(word))
    counted = take_count(text.removeprefix("第"))
    if counted is None or not 1 <= counted[0] <= 4 or not counted[1].startswith("季度"):
        return None
    return _within(quarter_of(year, counted[0]), counted[1][2:], alone=True)


def _within(period: When, rest: str, *, alone: bool, days: bool = False) -> _Found:
    """Read 底, 初 or a day after a period; `alone` says whether the period may stand by itself."""
    if rest[:1] in _ENDS:
        return on_day(period.last), rest[1:]
    if rest[:1] in _BEGINNINGS:
        return on_day(period.first), rest[1:]
    counted = take_count(rest) if days else None
    if counted and counted[1][:1] in ("日", "号"):
        return on_day(period.first.replace(day=counted[0])), counted[1][1:]
    return (period, rest) if alone else None


def _year_word(text: str, today: date) -> _Found:
    """2026年11月20日, 明年3月, 年底, 11月20号, 20号."""
    year, rest = today.year, text
    named = next((word for word in _YEARS if text.startswith(word)), "")
    counted = take_count(text)
    if named:
        year, rest = today.year + _YEARS[named], text[len(named) :]
    elif counted and counted[1].startswith("年") and 1900 <= counted[0] < 2200:
        year, rest, named = counted[0], counted[1][1:], "年"
    elif text.startswith("年"):
        return _within(year_of(year), text[1:], alone=False)
    if not rest or rest[0] in _ENDS or rest[0] in _BEGINNINGS:
        return _within(year_of(year), rest, alone=True) if named else None
    return _month_and_day(rest, year, today, named=bool(named))


def _month_and_day(text: str, year: int, today: date, *, named: bool) -> _Found:
    counted = take_count(text)
    if named and (quarter := _quarter_word(text, year, None)):
        return quarter
    if counted is None:
        return None
    number, rest = counted
    if rest.startswith("月") and 1 <= number <= 12:
        return _within(month_of(year, number), rest[1:].removeprefix("份"), alone=True, days=True)
    if rest[:1] in ("日", "号") and not named:
        return on_day(today.replace(day=number)), rest[1:]
    return None
