"""Dates and lengths as they are typed: forms and what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class DateForm(NamedTuple):
    """Ways to write dates of one kind, and what they mean; `usual` ones are offered by completion."""

    forms: tuple[str, ...]
    says: str
    usual: tuple[str, ...] = ()


DATES = (
    DateForm(("today", "yesterday", "tomorrow"), "a day", ("today", "yesterday", "tomorrow")),
    DateForm(("now",), "this moment"),
    DateForm(
        ("mon", "fri", "friday"),
        "the coming Monday, Friday; never today",
        ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    ),
    DateForm(("-mon", "-fri"), "the last one; never today", ("-mon", "-fri")),
    DateForm(("-30d", "+2w", "-6mo", "+1y"), "so long ago, so far ahead", ("-7d", "-30d", "-90d", "+7d", "+30d")),
    DateForm(("-4h", "+15min"), "a moment so long ago, so far ahead"),
    DateForm(("2026-11-20",), "a day"),
    DateForm(("2026-11-20T14:00", "fri@14:00", "fri@3pm"), "a moment"),
    DateForm(("2026-w47", "2026-11", "2026-q4", "2026"), "a week of ISO 8601, a month, a quarter, a year"),
    DateForm(("q1", "q4"), "a quarter of this year", ("q1", "q2", "q3", "q4")),
    DateForm(
        ("今天", "明天", "后天", "昨天", "前天"),
        "today, tomorrow, the day after, yesterday, the day before",
        ("今天", "明天", "昨天"),
    ),
    DateForm(("周三", "下周一", "上周五"), "a day of this week, the next, the last", ("下周一", "周五")),
    DateForm(
        ("本周", "下周", "本月", "上月", "本季度", "今年", "去年"),
        "this week, the next; this month, the last; this quarter; this year, the last",
        ("本周", "下周", "本月", "上月", "本季度", "今年"),
    ),
    DateForm(
        ("月底", "月初", "年底", "季度末"), "the last or first day of this month, year, quarter", ("月底", "年底")
    ),
    DateForm(("11月20日", "2026年11月", "四季度"), "a day, a month, a quarter"),
    DateForm(("三天后", "两周前"), "so far ahead, so long ago"),
)
"""Every kind of date word of text/dates.py and text/chinese_dates.py."""

LENGTHS: Mapping[str, str] = MappingProxyType(
    {
        "min": "minutes",
        "h": "hours",
        "d": "days",
        "w": "weeks",
        "mo": "months, 30.4375 days each where lengths are compared",
        "y": "years, 12 such months",
        "wh": "working hours",
        "wd": "working days",
    }
)
"""Units of lengths of time."""

NUMBERS: Mapping[str, str] = MappingProxyType(
    {
        "k": "thousand",
        "m": "million, never minutes or months",
        "bn": "thousand million",
        "%": "hundredths",
        "百": "hundred",
        "千": "thousand",
        "万": "ten thousand",
        "萬": "ten thousand",
        "百万": "million",
        "千万": "ten million",
        "亿": "hundred million",
        "億": "hundred million",
        "万亿": "million million",
    }
)
"""Units of numbers."""


def usual_dates() -> list[tuple[str, str]]:
    """The date words worth offering, each with what it means."""
    return [(word, form.says) for form in DATES for word in form.usual]
