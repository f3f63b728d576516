"""Dates of text/dates as the index's columns can be compared with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.light import NamedTuple

if TYPE_CHECKING:
    from datetime import date, datetime

    from crmcli.query.env import QueryEnv

_WEEKDAYS = frozenset(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])


class Span(NamedTuple):
    """What a date word covers: local days, both within, and UTC instants, `start` within, `end` not.

    Instants are written without a zone letter, so that they sort before (`>=`) every instant of their second,
    with or without milliseconds. `exact` says that a moment was meant, not a day or longer.
    """

    first: str
    last: str
    start: str
    end: str
    exact: bool


def is_past_day(word: str) -> bool:
    """Whether `-word` means a date: the weekday before today."""
    return word[:3].lower() in _WEEKDAYS and _read(f"-{word}") is not None


def _read(text: str) -> object:
    from datetime import UTC, datetime  # noqa: PLC0415 - only for words that begin like a weekday

    from crmcli.text.dates import parse_word  # noqa: PLC0415

    return parse_word(text, datetime(2026, 1, 1, tzinfo=UTC))


def read_span(text: str, env: QueryEnv) -> Span | None:
    """Read a date word or period, counted from the question's now; None when it is none."""
    from datetime import datetime  # noqa: PLC0415

    from crmcli.text.dates import parse_word  # noqa: PLC0415 - only questions with dates need the grammar

    when = parse_word(text, env.now, week=env.setup.config.week)
    if when is None:
        return None
    first, last = when.first.isoformat(), when.last.isoformat()
    if isinstance(when.start, datetime):
        return moment_span(when.start)
    return Span(first, last, _midnight(when.first, env), _midnight(when.last, env, days=1), exact=False)


def moment_span(moment: datetime) -> Span:
    """The second a moment lies in."""
    from datetime import timedelta  # noqa: PLC0415

    day = moment.date().isoformat()
    return Span(day, day, utc_text(moment), utc_text(moment + timedelta(seconds=1)), exact=True)


def utc_text(moment: datetime) -> str:
    """A moment as the index writes instants, without the zone letter."""
    from datetime import UTC  # noqa: PLC0415

    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _midnight(day: date, env: QueryEnv, *, days: int = 0) -> str:
    """When `day` (or the day so many later) begins in the book's zone; the calendar's ends stand still."""
    from datetime import datetime, time, timedelta  # noqa: PLC0415

    try:
        return utc_text(datetime.combine(day + timedelta(days=days), time(), env.now.tzinfo))
    except OverflowError:
        return "9999-12-31T23:59:59" if day.year > 5000 else "0001-01-01T00:00:00"
