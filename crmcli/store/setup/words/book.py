"""The words of crm.toml, and of a kit's kit.toml."""

from __future__ import annotations

import re
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
    if isinstance(value, str) and value and all(_SPAN.fullmatch(span) for span in value.split()):
        return value
    message = {"expected": "times of the day", "example": '"09:00-12:00 13:30-18:00"'}
    raise PydanticCustomError(WRONG, "{expected}", message)


def _dates(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever TOML holds
    if isinstance(value, list) and all(isinstance(day, str) and _DATES.fullmatch(day) for day in value):
        return tuple(value)
    message = {"expected": "a list of dates or ranges", "example": '["2026-10-01..2026-10-08"]'}
    raise PydanticCustomError(WRONG, "{expected}", message)


Spans = Annotated[str, BeforeValidator(_spans)]
Dates = Annotated[tuple[str, ...], BeforeValidator(_dates)]


class HoursWords(Words):
    """A working calendar: `[hours.x]`; besides these, days as `mon` or `mon-fri` with their times."""

    off: Dates = word("days that are not worked", ())
    on: Dates = word("days that are worked although the week says no", ())


class DayWords(Words):
    """A line of a calendar: the times of some weekdays."""

    times: Spans = word("the times worked")


def is_weekdays(key: str) -> bool:
    """Tell whether a key of a calendar names weekdays: `mon`, `mon-fri`."""
    return _DAYS.fullmatch(key) is not None
