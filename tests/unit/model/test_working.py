"""Working time against a walk through every minute, on both changes of the clocks, over off days and worked weekends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.model.schema import Hours
from crmcli.model.working import WorkingTime, usual_day

MORNING, AFTERNOON = (9 * 60, 12 * 60), (13 * 60 + 30, 18 * 60)
OFFICE = Hours(
    "cn",
    ((MORNING, AFTERNOON),) * 5 + ((), ()),
    (("2026-10-01", "2026-10-08"), ("2027-01-01", "2027-01-03")),
    (("2026-10-10", "2026-10-10"), ("2026-09-27", "2026-09-27")),
)
NIGHTS = Hours(
    "nights",
    (((0, 150), (170, 185), (1320, 1440)), (), ((100, 200),), ((0, 1440),), (), ((60, 121),), ((0, 155), (180, 1440))),
    (("2026-03-28", "2026-03-28"),),
    (("2026-10-27", "2026-10-27"),),
)
SHANGHAI, BERLIN, LORD_HOWE = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Lord_Howe")
CALENDARS = [(OFFICE, SHANGHAI), (OFFICE, BERLIN), (NIGHTS, BERLIN), (NIGHTS, LORD_HOWE)]
STARTS = [datetime(2026, 9, 24, tzinfo=UTC), datetime(2026, 12, 29, tzinfo=UTC), datetime(2026, 3, 26, tzinfo=UTC)]
STARTS += [datetime(2026, 10, 23, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC)]


def spans_of(hours: Hours, day: date) -> tuple[tuple[int, int], ...]:
    """The rule in words: `on` wins over `off`, with the line of its weekday, else of the first worked one."""
    line = hours.days[day.weekday()]
    inside = {name: any(a <= str(day) <= b for a, b in getattr(hours, name)) for name in ("off", "on")}
    if inside["on"]:
        return line or [spans for spans in hours.days if spans][0]  # noqa: RUF015 - as the rule says it
    return () if inside["off"] else line


def worked_minutes(hours: Hours, zone: ZoneInfo, start: datetime, minutes: int) -> list[bool]:
    """Whether each minute from `start` on is worked: a day's clock counts from its highest reading so far."""
    found: list[bool] = []
    day, highest = None, 0
    at = start - timedelta(days=2)
    while len(found) < minutes:
        local = at.astimezone(zone)
        if local.date() != day:
            day, highest = local.date(), 0
        highest = max(highest, local.hour * 60 + local.minute)
        if at >= start:
            found.append(any(a <= highest < b for a, b in spans_of(hours, local.date())))
        at += timedelta(minutes=1)
    return found


@pytest.mark.parametrize("start", STARTS, ids=lambda start: f"{start:%Y-%m-%d}")
@pytest.mark.parametrize(("hours", "zone"), CALENDARS, ids=lambda part: getattr(part, "name", str(part)))
def test_every_minute_of_nine_days(hours: Hours, zone: ZoneInfo, start: datetime) -> None:
    calendar = WorkingTime(hours, zone)
    minutes = worked_minutes(hours, zone, start, 9 * 1440)
    worked, begun = 0, start.astimezone(zone)
    for number, is_worked in enumerate(minutes):
        at = (start + timedelta(minutes=number)).astimezone(zone)
        if number % 7 == 0:
            assert calendar.between(begun, at) == worked * 60, at
        worked += is_worked
    ends = [number + 1 for number, is_worked in enumerate(minutes) if is_worked]
    for count in range(1, len(ends) + 1, 13):
        then = start + timedelta(minutes=ends[count - 1])
        assert calendar.add(begun, count * 60).timestamp() == then.timestamp()  # `==` knows no repeated hour


MOMENTS = st.datetimes(datetime(2025, 12, 1), datetime(2027, 2, 1), timezones=st.just(UTC))  # noqa: DTZ001
SECONDS = st.integers(0, 40 * 86400)


@settings(deadline=None)
@given(st.sampled_from(CALENDARS), MOMENTS, SECONDS, SECONDS)
def test_laws_of_counting(chosen: tuple[Hours, ZoneInfo], moment: datetime, first: int, second: int) -> None:
    calendar = WorkingTime(*chosen)
    start = moment.replace(microsecond=0).astimezone(chosen[1])
    later = calendar.add(start, first)
    assert calendar.between(start, later) == first
    assert calendar.between(later, start) == -first
    assert calendar.add(later, second).timestamp() == calendar.add(start, first + second).timestamp()
    assert calendar.between(start, calendar.add(later, second)) == first + second
    earlier = calendar.add(start, -first)
    assert earlier.timestamp() <= start.timestamp()
    assert calendar.between(earlier, start) == first


@settings(deadline=None)
@given(st.sampled_from(CALENDARS), MOMENTS, st.integers(1, 60))
def test_days_are_counted_one_by_one(chosen: tuple[Hours, ZoneInfo], moment: datetime, count: int) -> None:
    hours, zone = chosen
    calendar = WorkingTime(hours, zone)
    start = moment.astimezone(zone).date()
    for sign in (1, -1):
        reached = calendar.add_days(start, sign * count)
        between = (start + timedelta(sign * step) for step in range(1, abs((reached - start).days) + 1))
        assert sum(bool(spans_of(hours, day)) for day in between) == count
        assert spans_of(hours, reached)


@pytest.mark.parametrize(
    ("moment", "days", "then"),
    [
        ("2026-11-20T14:03", 1, "2026-11-23T14:03"),  # Friday → Monday
        ("2026-11-20T14:03", -5, "2026-11-13T14:03"),
        ("2026-11-20T20:00", 1, "2026-11-24T09:00"),  # Monday's work is over at 20:00
        ("2026-11-20T12:30", 1, "2026-11-23T13:30"),  # noon break
        ("2026-11-21T10:00", 1, "2026-11-23T10:00"),  # a Saturday counts from its Friday
        ("2026-11-21T10:00", -1, "2026-11-20T10:00"),
        ("2026-11-21T10:00", 0, "2026-11-23T10:00"),
        ("2026-11-20T14:03", 0, "2026-11-20T14:03"),
        ("2026-09-30T10:00", 1, "2026-10-09T10:00"),  # eight days off
        ("2026-10-09T10:00", 1, "2026-10-10T10:00"),  # a Saturday that is worked
        ("2026-09-25T10:00", 1, "2026-09-27T10:00"),  # a Sunday that is worked
    ],
)
def test_working_days_keep_the_time_of_day(moment: str, days: int, then: str) -> None:
    calendar = WorkingTime(OFFICE, SHANGHAI)
    found = calendar.move_days(datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI), days)
    assert f"{found:%Y-%m-%dT%H:%M}" == then


@pytest.mark.parametrize(("lines", "hours"), [((7.5,) * 5, 7.5), ((8, 8, 8, 8, 6), 8), ((8, 6), 8), ((), 0)])
def test_a_usual_day(lines: tuple[float, ...], hours: float) -> None:
    days = tuple(((480, 480 + int(line * 60)),) for line in lines) + ((),) * (7 - len(lines))
    assert usual_day(Hours("x", days)) == hours * 3600


def test_a_calendar_without_work_ends() -> None:
    calendar = WorkingTime(Hours("x", ((),) * 7), SHANGHAI)
    now = datetime(2026, 11, 20, tzinfo=SHANGHAI)
    assert calendar.between(now, now + timedelta(days=900)) == 0
    with pytest.raises(ValueError, match="century"):
        calendar.add(now, 60)
    with pytest.raises(ValueError, match="century"):
        calendar.add_days(now.date(), 1)
    with pytest.raises(ValueError, match="century"):
        calendar.next_moment(now)


def test_working_time_is_counted_within_a_century() -> None:
    calendar = WorkingTime(OFFICE, SHANGHAI)
    now = datetime(2026, 11, 20, tzinfo=SHANGHAI)
    assert calendar.between(now, now.replace(year=2126)) > 0
    with pytest.raises(ValueError, match="century"):
        calendar.between(now, now.replace(year=2127))
    with pytest.raises(ValueError, match="century"):
        calendar.between(datetime(1, 1, 2, tzinfo=SHANGHAI), now)
