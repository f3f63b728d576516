"""What a date word means, and the calendar arithmetic behind it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from crmcli.light import NamedTuple

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class When(NamedTuple):
    """A day, a moment or a period.

    `kind` is `day` (`start` and `end` the same date), `time` (both the same aware datetime) or `period` (the first
    and the last day, both within).
    """

    start: date | datetime
    end: date | datetime
    kind: str

    @property
    def first(self) -> date:
        """The first day touched."""
        return self.start.date() if isinstance(self.start, datetime) else self.start

    @property
    def last(self) -> date:
        """The last day touched."""
        return self.end.date() if isinstance(self.end, datetime) else self.end


def on_day(day: date) -> When:
    """Return one day."""
    return When(day, day, "day")


def at_moment(moment: datetime) -> When:
    """Return one moment, without microseconds."""
    moment = moment.replace(microsecond=0)
    return When(moment, moment, "time")


def from_to(first: date, last: date) -> When:
    """Return a period, both days within."""
    return When(first, last, "period")


def at_clock(day: date, clock: time, zone: tzinfo | None) -> When:
    """Return the moment when the clocks of `zone` show `clock` on that day; an hour skipped in spring moves on."""
    local = datetime.combine(day, clock, zone)
    return at_moment(local if zone is None else local.astimezone(UTC).astimezone(zone))


def month_of(year: int, month: int) -> When:
    """Return a month as a period; months outside of 1–12 run into other years."""
    first = _first(year, month)
    last = first.replace(day=31) if first.month == 12 else first.replace(month=first.month + 1) - timedelta(1)
    return from_to(first, last)


def quarter_of(year: int, quarter: int) -> When:
    """Return a calendar quarter; quarters outside of 1–4 run into other years."""
    first = _first(year, quarter * 3 - 2)
    return from_to(first, month_of(first.year, first.month + 2).last)


def year_of(year: int) -> When:
    """Return a calendar year as a period."""
    return from_to(date(year, 1, 1), date(year, 12, 31))


def week_of(day: date, week: str = "mon") -> When:
    """Return the week around a day; `week` is the book's first day of the week."""
    start = day - timedelta((day.weekday() - WEEKDAYS.index(week)) % 7)
    return from_to(start, start + timedelta(6))


def _first(year: int, month: int) -> date:
    years, index = divmod(month - 1, 12)
    return date(year + years, index + 1, 1)


def shift_months(day: date, months: int) -> date:
    """Return the same day of another month, the last one where that month is shorter: 31 Jan + 1 month is 28 Feb."""
    month = month_of(day.year, day.month + months)
    return month.first.replace(day=min(day.day, month.last.day))
