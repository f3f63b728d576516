"""Working time: what a calendar's working moments are, and counting along them in a zone.

Spans are local times of day. Each begins and ends at the first instant at which the day's clocks show that time or a
later one: what a clock change skips is not worked, what it repeats is worked once more where it lies inside a span.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.schema import Hours

if TYPE_CHECKING:
    from crmcli.text.durations import Duration
    from crmcli.text.from_now import Worked

_DAY = 1440
_MOST_YEARS = 100
"""How far ahead or back working time is counted."""


class _Year(NamedTuple):
    """The working spans that begin in a year, as Unix times, and the seconds worked before each; `total` in all."""

    starts: list[int]
    ends: list[int]
    before: list[int]
    total: int


class WorkingTime:
    """A calendar in a zone. Years are laid out when they are asked for, and kept."""

    __slots__ = ("_days", "_off", "_on", "_usual", "_years", "hours", "zone")

    def __init__(self, hours: Hours, zone: tzinfo) -> None:
        self.hours = hours
        self.zone = zone
        self._years: dict[int, _Year] = {}
        self._days: dict[date, tuple[tuple[int, int], ...]] = {}
        self._off = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in hours.off]
        self._on = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in hours.on]
        self._usual: tuple[tuple[int, int], ...] = next((spans for spans in hours.days if spans), ())

    def spans(self, day: date) -> tuple[tuple[int, int], ...]:
        """What is worked on a day, in minutes after midnight; () on a day that is not worked.

        A weekend day in `on` has the hours of the week's first worked day, unless its weekday has a line of its own.
        """
        known = self._days.get(day)
        if known is None:
            known = self._days[day] = self._spans(day)
        return known

    def _spans(self, day: date) -> tuple[tuple[int, int], ...]:
        usual = self.hours.days[day.weekday()]
        if any(first <= day <= last for first, last in self._on):
            return usual or self._usual
        return () if any(first <= day <= last for first, last in self._off) else usual

    def between(self, start: datetime, end: datetime) -> int:
        """The seconds worked from `start` to `end`; negative when `end` is earlier.

        Raises ValueError beyond the calendar, or for more than a century: every year between would be laid out.
        """
        low, high = _seconds(start), _seconds(end)
        if high < low:
            return -self.between(end, start)
        first, last = self._year_at(low), self._year_at(high)
        if last - first > _MOST_YEARS:
            raise ValueError("more than a century")
        whole = sum(self._laid_out(year).total for year in range(first, last))
        return whole + self._worked(last, high) - self._worked(first, low)

    def add(self, moment: datetime, seconds: int) -> datetime:
        """The first moment at which `seconds` have been worked since `moment`; back, the last before it.

        Raises ValueError beyond the calendar, or where nothing is worked for a century.
        """
        at = _seconds(moment)
        if not seconds:
            return moment
        year = self._year_at(at)
        goal = self._worked(year, at) + seconds
        for _ in range(_MOST_YEARS):
            laid = self._laid_out(year)
            if seconds > 0 and goal <= laid.total:
                place = bisect_left(laid.before, goal) - 1
            elif seconds < 0 and 0 <= goal < laid.total:
                place = bisect_right(laid.before, goal) - 1
            else:
                goal, year = (goal - laid.total, year + 1) if seconds > 0 else (goal, year - 1)
                goal += self._laid_out(year).total if seconds < 0 else 0
                continue
            return datetime.fromtimestamp(laid.starts[place] + goal - laid.before[place], self.zone)
        raise ValueError("nothing is worked for a century")

    def add_days(self, day: date, count: int) -> date:
        """The working day `count` after `day`, before it when negative; for 0 the day itself, else the next one."""
        step = timedelta(-1 if count < 0 else 1)
        left = abs(count)
        if not left and not self.spans(day):
            left = 1
        idle = 0
        while left:
            day += step
            idle = 0 if self.spans(day) else idle + 1
            left -= not idle
            if idle > _MOST_YEARS * 366:
                raise ValueError("nothing is worked for a century")
        return day

    def move_days(self, moment: datetime, count: int) -> datetime:
        """The same time of day so many working days later or earlier, or else the next working moment."""
        local = moment.astimezone(self.zone)
        day = self.add_days(local.date(), count)
        same = local if day == local.date() else datetime.combine(day, local.time(), self.zone)
        return self.next_moment(same.astimezone(UTC).astimezone(self.zone))

    def next_moment(self, moment: datetime) -> datetime:
        """The moment itself when it is worked, else the start of the next span."""
        at = _seconds(moment)
        year = self._year_at(at)
        for ahead in range(_MOST_YEARS):
            laid = self._laid_out(year + ahead)
            place = bisect_right(laid.ends, at)
            if place < len(laid.ends):
                return moment if laid.starts[place] <= at else datetime.fromtimestamp(laid.starts[place], self.zone)
        raise ValueError("nothing is worked for a century")

    def _year_at(self, at: int) -> int:
        """The year in whose spans an instant is looked for."""
        return datetime.fromtimestamp(at, self.zone).year

    def _worked(self, year: int, at: int) -> int:
        """The seconds worked in a year until an instant."""
        laid = self._laid_out(year)
        place = bisect_right(laid.starts, at) - 1
        return 0 if place < 0 else laid.before[place] + min(at, laid.ends[place]) - laid.starts[place]

    def _laid_out(self, year: int) -> _Year:
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = self._lay_out(year)
        return known

    def _lay_out(self, year: int) -> _Year:
        if not 1 < year < 9999:
            raise ValueError("beyond the calendar")
        starts, ends, before = list[int](), list[int](), list[int]()
        total, day = 0, date(year, 1, 1)
        while day.year == year:
            for start, end in self._instants(day):
                starts.append(start)
                ends.append(end)
                before.append(total)
                total += end - start
            day += timedelta(1)
        return _Year(starts, ends, before, total)

    def _instants(self, day: date) -> list[tuple[int, int]]:
        """A day's spans as Unix times, empty ones left out."""
        spans = self.spans(day)
        if not spans:
            return []
        midnight = self._clock(day, 0)
        if self._clock(day, _DAY) - midnight == _DAY * 60:
            return [(midnight + start * 60, midnight + end * 60) for start, end in spans]
        found = [(self._clock(day, start), self._clock(day, end)) for start, end in spans]
        return [(start, end) for start, end in found if end > start]

    def _clock(self, day: date, minutes: int) -> int:
        """The first instant of a day at which its clocks show a time of day or a later one."""
        local = datetime.combine(day, time()) + timedelta(minutes=minutes)
        early, late = (_seconds(local.replace(tzinfo=self.zone, fold=fold)) for fold in (1, 0))
        if late <= early:  # the time comes once, or twice: then fold 0 is the first
            return late
        while late - early > 1:  # skipped: the change lies between
            middle = (early + late) // 2
            if datetime.fromtimestamp(middle, self.zone).replace(tzinfo=None) < local:
                early = middle
            else:
                late = middle
        return late


def worked_by(hours: Hours) -> Worked:
    """What counts typed working time (`+3wd`, `-8wh`) by a calendar, as `text.dates` takes it.

    Raises ValueError beyond the calendar, or where nothing is worked for a century.
    """

    def count(length: Duration, sign: int, now: datetime) -> date:
        calendar = WorkingTime(hours, now.tzinfo or UTC)
        if length.working == "d":
            return calendar.add_days(now.date(), sign * length.days)
        return calendar.add(now, sign * length.seconds)

    return count


def usual_day(hours: Hours) -> int:
    """The seconds of a working day: of most weekdays, of the longest where several lengths are as frequent."""
    lengths = [sum(end - start for start, end in spans) * 60 for spans in hours.days if spans]
    return max(lengths, key=lambda length: (lengths.count(length), length), default=0)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
