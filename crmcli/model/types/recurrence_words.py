"""Recurrences as people say them: `every 2 weeks`, `every first mon`, 每两周, 每月15日."""

from __future__ import annotations

import re
from unicodedata import normalize

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNITS = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY", "quarter": "MONTHLY;INTERVAL=3"}
_ONE_WORD = {
    "daily": "DAILY", "weekly": "WEEKLY", "monthly": "MONTHLY", "yearly": "YEARLY", "annually": "YEARLY",
    "quarterly": "MONTHLY;INTERVAL=3", "weekdays": "WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "每工作日": "WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "每个工作日": "WEEKLY;BYDAY=MO,TU,WE,TH,FR", "每季度": "MONTHLY;INTERVAL=3", "每季": "MONTHLY;INTERVAL=3",
    "每月底": "MONTHLY;BYMONTHDAY=-1",
}  # fmt: skip
_NTH = {
    "first": "1",
    "1st": "1",
    "second": "2",
    "2nd": "2",
    "third": "3",
    "3rd": "3",
    "fourth": "4",
    "4th": "4",
    "last": "-1",
}
_CHINESE_UNITS = {
    "天": "DAILY",
    "日": "DAILY",
    "周": "WEEKLY",
    "星期": "WEEKLY",
    "礼拜": "WEEKLY",
    "月": "MONTHLY",
    "年": "YEARLY",
}
_CHINESE_DAYS = {**dict(zip("一二三四五六日", _DAYS, strict=True)), "天": "SU"}
_CHINESE = re.compile(r"每(?:隔)?(.*?)个?(天|日|周|星期|礼拜|月|年)(.*)")
_ENGLISH_WORDS = {
    "DAILY": ("day", "days"),
    "WEEKLY": ("week", "weeks"),
    "MONTHLY": ("month", "months"),
    "YEARLY": ("year", "years"),
}
_CHINESE_WORDS = {"DAILY": "天", "WEEKLY": "周", "MONTHLY": "月", "YEARLY": "年"}


def rule_of(typed: str) -> str:
    """The rule that words mean, "" when they are none."""
    text = " ".join(normalize("NFKC", typed).casefold().split())
    if text in _ONE_WORD:
        return f"FREQ={_ONE_WORD[text]}"
    if text.startswith("每"):
        return _chinese(text)
    words = text.replace(",", " ").split()
    return _english(words[1:]) if words[:1] == ["every"] and len(words) > 1 else ""


def _english(words: list[str]) -> str:
    first, rest = words[0], words[1:]
    if first in ("weekday", "workday") and not rest:
        return f"FREQ={_ONE_WORD['weekdays']}"
    if first == "other" and rest:
        first = "2"
    if first in _NTH and len(rest) == 1 and (day := _weekday(rest[0])):
        return f"FREQ=MONTHLY;BYDAY={_NTH[first]}{day}"
    if first.isascii() and first.isdigit() and rest:
        unit = _UNITS.get(rest[0].removesuffix("s"), "")
        return f"FREQ={unit};INTERVAL={first}" if unit and "=" not in unit and len(rest) == 1 else ""
    if first in _UNITS and "=" not in _UNITS[first]:
        return f"FREQ={_UNITS[first]}{_on(first, rest)}" if not rest or _on(first, rest) else ""
    if first in _UNITS and not rest:
        return f"FREQ={_UNITS[first]}"
    days = [_weekday(word) for word in words if word != "and"]
    return f"FREQ=WEEKLY;BYDAY={','.join(dict.fromkeys(days))}" if all(days) and days else ""


def _on(unit: str, rest: list[str]) -> str:
    """`on 15`, `on the 15th` of a month; `on mon` of a week."""
    words = [word for word in rest if word not in ("on", "the")]
    if len(words) != 1 or not rest or rest[0] != "on":
        return ""
    number = re.sub(r"(st|nd|rd|th)$", "", words[0])
    if unit == "month" and number.isascii() and number.isdigit():
        return f";BYMONTHDAY={number}"
    if unit == "week" and (day := _weekday(words[0])):
        return f";BYDAY={day}"
    return ""


def _weekday(word: str) -> str:
    for names in (_ENGLISH, _FULL):
        if word in names:
            return _DAYS[names.index(word)]
    return ""


def _chinese(text: str) -> str:
    match = _CHINESE.fullmatch(text)
    if not match:
        return ""
    frequency = f"FREQ={_CHINESE_UNITS[match[2]]}"
    if match[1]:
        count = _count(match[1])
        return f"{frequency};INTERVAL={count}" if count and not match[3] else ""
    if not match[3]:
        return frequency
    if frequency == "FREQ=WEEKLY" and all(char in _CHINESE_DAYS for char in match[3]):
        return f"{frequency};BYDAY={','.join(dict.fromkeys(_CHINESE_DAYS[char] for char in match[3]))}"
    number = match[3].removesuffix("日").removesuffix("号")
    day = _count(number)
    return f"{frequency};BYMONTHDAY={day}" if frequency == "FREQ=MONTHLY" and day else ""


def _count(text: str) -> int:
    """A whole number in digits or Chinese, 0 when it is none."""
    from crmcli.text.durations import take_count  # noqa: PLC0415

    counted = take_count(text)
    return counted[0] if counted and not counted[1] else 0


def words_of(rule: str, language: str) -> str:
    """A simple rule in words, which mean the same when typed; "" for any other."""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    frequency, count, days = parts.pop("FREQ"), parts.pop("INTERVAL", ""), parts.pop("BYDAY", "")
    if parts or (days and (count or frequency != "WEEKLY" or any(char.isdigit() for char in days))):
        return ""
    if language.startswith("zh"):
        week = "".join("一二三四五六日"[_DAYS.index(day)] for day in days.split(",")) if days else ""
        unit = _CHINESE_WORDS[frequency]
        return f"每{count}{'个' if count and unit == '月' else ''}{unit}{week}"
    if days:
        return "every " + ", ".join(_ENGLISH[_DAYS.index(day)] for day in days.split(","))
    one, many = _ENGLISH_WORDS[frequency]
    return f"every {count} {many}" if count else f"every {one}"
