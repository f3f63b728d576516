"""What `crm_worked` and `crm_later` answer: working time between two moments, and a moment a length away.

A moment is a day of the book's zone (`2026-11-20`) or a UTC instant (`2026-11-20T13:03:11Z`); a calendar is the JSON
that query/calendars.py writes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import TypeAlias

from crmcli.model.schema import Hours
from crmcli.model.working import WorkingTime
from crmcli.text.durations import Duration, add, parse_duration
from crmcli.text.plain_json import loads

Moment: TypeAlias = date | datetime


def worked_between(start: str, end: str, calendar: str) -> int | None:
    """The seconds worked from `start` to `end`; a day counts from its midnight. None in a book without hours."""
    counted, zone = _calendar(calendar)
    return None if counted is None else counted.between(_instant(start, zone), _instant(end, zone))


def later(moment: str, length: str | int, sign: int, calendar: str) -> str | None:
    """The moment a length as written (or of so many working seconds) later or earlier; a day gives a day.

    None for working time in a book without hours; raises ValueError or OverflowError beyond the calendar.
    """
    counted, zone = _calendar(calendar)
    start = date.fromisoformat(moment) if len(moment) == 10 else _instant(moment, zone)
    duration = None if isinstance(length, int) else _length(length)
    if duration is not None and not duration.working:
        found = _by_the_clock(start, duration, sign, zone)
    elif counted is None:
        return None
    elif duration is not None and duration.working == "d":
        found = _by_days(counted, start, sign * duration.days)
    else:
        seconds = duration.seconds if duration else int(length)
        found = counted.add(start if isinstance(start, datetime) else _midnight(start, zone), sign * seconds)
    return _text(found, is_day=len(moment) == 10, zone=zone)


def local_text(moment: str, calendar: str) -> str:
    """An instant in the calendar's zone with its offset, as files write it."""
    zone = _calendar(calendar)[1]
    return _instant(moment, zone).isoformat()


def _by_the_clock(start: Moment, length: Duration, sign: int, zone: tzinfo) -> Moment:
    return add(_midnight(start, zone) if length.seconds and not isinstance(start, datetime) else start, length, sign)


def _by_days(counted: WorkingTime, start: Moment, days: int) -> Moment:
    return counted.move_days(start, days) if isinstance(start, datetime) else counted.add_days(start, days)


def _text(moment: Moment, *, is_day: bool, zone: tzinfo) -> str:
    if not isinstance(moment, datetime):
        return moment.isoformat()
    if is_day:
        return moment.astimezone(zone).date().isoformat()
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _instant(text: str, zone: tzinfo) -> datetime:
    if len(text) == 10:
        return _midnight(date.fromisoformat(text), zone)
    return datetime.fromisoformat(text).astimezone(zone)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC).astimezone(zone)


@lru_cache(maxsize=64)
def _length(text: str) -> Duration | None:
    return parse_duration(text)


@lru_cache(maxsize=32)
def _calendar(text: str) -> tuple[WorkingTime | None, tzinfo]:
    """A calendar with the years it has laid out, and its zone."""
    named, held = loads(text)
    if isinstance(named, str):
        from zoneinfo import ZoneInfo  # noqa: PLC0415

        zone: tzinfo = ZoneInfo(named)
    else:
        zone = timezone(timedelta(seconds=named))
    return (None if held is None else WorkingTime(Hours("", *held), zone)), zone
