"""Days for people, as short as lists need them."""

from __future__ import annotations

from datetime import date, datetime

from crmcli.text.moments import week_of

_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NEAR = {-1: ("yesterday", "昨天"), 0: ("today", "今天"), 1: ("tomorrow", "明天")}


def format_day(day: date, now: datetime, language: str, *, week: str = "mon") -> str:
    """Return `today`, `Fri 27 Nov`, `27 Nov 2027`; in Chinese 今天, 周五, 下周一, 11月27日. A datetime adds its time.

    周五 and 下周五 say what they mean when typed. Languages other than Chinese read English.
    """
    chinese = language == "zh" or language.startswith("zh-")
    if isinstance(day, datetime):
        local = day.astimezone(now.tzinfo) if day.tzinfo else day
        return f"{_day(local.date(), now.date(), week, chinese=chinese)} {local:%H:%M}"
    return _day(day, now.date(), week, chinese=chinese)


def _day(day: date, today: date, week: str, *, chinese: bool) -> str:
    distance = (day - today).days
    if distance in _NEAR:
        return _NEAR[distance][chinese]
    if chinese:
        weeks = (week_of(day, week).first - week_of(today, week).first).days // 7
        if 1 < distance < 14 and weeks in (0, 1):
            return f"{'下' if weeks else ''}周{'一二三四五六日'[day.weekday()]}"
        year = "" if day.year == today.year else f"{day.year}年"
        return f"{year}{day.month}月{day.day}日"
    if day.year == today.year or abs(distance) < 60:
        return f"{_NAMES[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
