"""The words of crm.toml, and of a kit's kit.toml."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from crmcli.store.setup.words.kinds import (
    WEEKDAYS,
    WRONG,
    Count,
    Label,
    Name,
    Names,
    Tables,
    Text,
    TextTable,
    Words,
    YearDay,
    one_of,
    word,
)

_DAYS = re.compile(rf"({'|'.join(WEEKDAYS)})(-({'|'.join(WEEKDAYS)}))?")
_SPAN = re.compile(r"([01]\d|2[0-4]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d")
_DAY = 1440
_DATES = re.compile(r"\d{4}-\d\d-\d\d(\.\.\d{4}-\d\d-\d\d)?")


class BookWords(Words):
    """crm.toml: the book's own settings."""

    name: Text = word("the company's name", "")
    format: Count = word("the version of the format on disk", 1)
    currency: Name = word("the book's currency, ISO 4217", "EUR")
    timezone: Name = word("the zone of dates without one, IANA", "UTC")
    language: Name = word("the language of labels and dates in tables, BCP 47", "en")
    country: Text = word("the country of phone numbers without one, ISO 3166", "")
    week: Annotated[str, one_of(*WEEKDAYS)] = word("the first day of the week", "mon")
    year: YearDay = word("the first day of the fiscal year", "01-01")
    kits: Names = word("the kits the files came from, with versions", ())
    runner: Text = word("the clone that does what time brings", "")
    alias: TextTable = word("short names for commands", {})
    hours: Tables = word("working calendars", {})
    role: Tables = word("what a person sees first and may write", {})


class RoleWords(Words):
    """A role: `[role.x]`."""

    home: Name = word("what bare `crm` shows: today or a report", "today")
    types: Names = word("the nouns in help and completion", ())
    may: TextTable = word("type → filter of the records it may write", {})
    hide: Names = word("fields it is not shown, as type.field", ())


class KitWords(Words):
    """kit.toml: what a kit says about itself."""

    name: Name = word("its name")
    version: Count = word("counts up with every change")
    label: Label = word("what people see", {})
    help: Label = word("one line that says what it is for", {})


def _spans(value: Any) -> str:  # noqa: ANN401 - whatever TOML holds
    example = '"09:00-12:00 13:30-18:00"'
    if not isinstance(value, str) or not value or not all(_SPAN.fullmatch(span) for span in value.split()):
        raise PydanticCustomError(WRONG, "{expected}", {"expected": "times of the day", "example": example})
    ends = [end for span in minutes_of(value) for end in span]
    if ends[-1] > _DAY or any(later <= earlier for earlier, later in minutes_of(value)):
        expected = "times of one day, each span before midnight or up to 24:00"
        example = '"22:00-24:00", and "00:00-06:00" on the day after'
        raise PydanticCustomError(WRONG, "{expected}", {"expected": expected, "example": example})
    if ends != sorted(ends):
        raise PydanticCustomError(WRONG, "{expected}", {"expected": "times in order and apart", "example": example})
    return value


def minutes_of(times: str) -> tuple[tuple[int, int], ...]:
    """The spans of `09:00-12:00 13:30-18:00` as minutes after midnight."""
    return tuple((_minutes(start), _minutes(end)) for start, _, end in (span.partition("-") for span in times.split()))


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _dates(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever TOML holds
    if isinstance(value, list) and all(isinstance(day, str) and _is_range(day) for day in value):
        return tuple(value)
    message = {"expected": "a list of dates or ranges", "example": '["2026-10-01..2026-10-08"]'}
    raise PydanticCustomError(WRONG, "{expected}", message)


def _is_range(text: str) -> bool:
    """Whether these are days of the calendar, the first not after the last."""
    try:
        first, last = days_of(text)
        return bool(_DATES.fullmatch(text)) and date.fromisoformat(first) <= date.fromisoformat(last)
    except ValueError:
        return False


def days_of(text: str) -> tuple[str, str]:
    """The first and last day of `2026-10-01..2026-10-08`, or of one day."""
    first, _, last = text.partition("..")
    return first, last or first


Spans = Annotated[str, BeforeValidator(_spans)]
Dates = Annotated[tuple[str, ...], BeforeValidator(_dates)]


class HoursWords(Words):
    """A working calendar: `[hours.x]`; besides these, days as `mon` or `mon-fri` with their times; a day's own line wins."""

    off: Dates = word("days that are not worked", ())
    on: Dates = word("days that are worked although the week says no", ())


class DayWords(Words):
    """A line of a calendar: the times of some weekdays."""

    times: Spans = word("the times worked")


def is_weekdays(key: str) -> bool:
    """Tell whether a key of a calendar names weekdays: `mon`, `mon-fri`."""
    return _DAYS.fullmatch(key) is not None


def weekdays_of(key: str) -> list[int]:
    """The weekdays (0 is Monday) a key names; `sat-mon` runs over the end of the week."""
    first, _, last = key.partition("-")
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    return [(start + step) % 7 for step in range((end - start) % 7 + 1)]
