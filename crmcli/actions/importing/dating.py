"""Days of a file as moments: when a stage was entered, when a record was made.

A day without a time is taken as noon of that day on the clock of the book's zone. So it falls on that very day, and on that
clock, which reports count days by, two such days lie a whole number of days apart, also across a change of the clocks: a
sales cycle counted from moments is the difference of the dates.
"""

from __future__ import annotations

from datetime import datetime, tzinfo

NOON = 12
_ISO_DAY = 10


def moment_of(text: str, zone: tzinfo) -> str:
    """The moment, ISO with offset, of a day or a time in ISO form; raises `ValueError` for anything else."""
    if len(text) == _ISO_DAY:
        return noon(datetime.fromisoformat(text), zone).isoformat(timespec="seconds")
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat(timespec="seconds")


def noon(day: datetime, zone: tzinfo) -> datetime:
    """Noon of a day in the zone."""
    return day.replace(hour=NOON, minute=0, second=0, microsecond=0, tzinfo=zone)


def read_date(text: str, form: str) -> str:
    """Read a date in a `strptime` form; return it in ISO form, with the time when the form has one. `ValueError`."""
    moment = datetime.strptime(text, form)  # noqa: DTZ007 - the zone comes with `moment_of`
    return moment.isoformat(timespec="seconds") if has_time(form) else moment.date().isoformat()


def has_time(form: str) -> bool:
    """Whether a form reads a time of day."""
    letters = form.replace("%%", "")
    return any(f"%{letter}" in letters for letter in "HIMScXzZp")


def form_trouble(form: str) -> str:
    """Why a form reads no date, "" when it does."""
    sample = datetime(2017, 11, 28, 14, 3, 11)  # noqa: DTZ001 - only written and read back
    try:
        found = datetime.strptime(sample.strftime(form), form)  # noqa: DTZ007
    except ValueError as error:
        return str(error)
    if (found.year, found.month, found.day) == (sample.year, sample.month, sample.day):
        return ""
    return "year, month and day must be in it, as in %Y-%m-%d or %d.%m.%Y"
