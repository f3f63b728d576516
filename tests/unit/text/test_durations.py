from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.text.durations import Duration, add, format_duration, parse_duration
from crmcli.text.time_of_day import parse_time

BERLIN = ZoneInfo("Europe/Berlin")
UNITS = ("min", "h", "d", "w", "mo", "y", "wh", "wd")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("15min", "15min"),
        ("4h", "4h"),
        ("3D", "3d"),
        ("2w", "2w"),
        ("6mo", "6mo"),
        ("1y", "1y"),
        ("30wd", "30wd"),
        ("8wh", "8wh"),
        ("1.5h", "90min"),
        ("1.5d", "36h"),
        ("1.5y", "18mo"),
        ("2.0w", "2w"),
        ("1h30min", "90min"),
        ("1y 6mo", "18mo"),
        ("30分钟", "30min"),
        ("2小时", "2h"),
        ("2个小时", "2h"),
        ("3天", "3d"),
        ("两周", "2w"),
        ("6个月", "6mo"),
        ("1年", "1y"),
        ("半小时", "30min"),
        ("半个月", "15d"),
        ("半年", "6mo"),
        ("十二天", "12d"),
        ("３个工作日", "3wd"),
    ],
)
def test_lengths_as_typed(typed: str, stored: str) -> None:
    duration = parse_duration(typed)
    assert duration is not None
    assert format_duration(duration) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "30",
        "30m",
        "m",
        "h",
        "1.5wd",
        "1.5mo",
        "1.h",
        ".5h",
        "-3d",
        "1h1h",
        "1mo3d",
        "3x",
        "1_0d",
        "9999999d",
        "十十天",
    ],
)
def test_no_lengths(typed: str) -> None:
    assert parse_duration(typed) is None


@given(st.integers(0, 999999), st.sampled_from(UNITS))
def test_the_stored_form_is_read_back(amount: int, unit: str) -> None:
    assert parse_duration(format_duration(Duration(amount, unit))) == Duration(amount, unit)


def test_parts_of_a_length() -> None:
    assert [Duration(2, unit).seconds_total() for unit in UNITS] == [
        120,
        7200,
        172800,
        1209600,
        5259600,
        63115200,
        7200,
        57600,
    ]
    assert [Duration(2, unit).months for unit in UNITS] == [0, 0, 0, 0, 2, 24, 0, 0]
    assert [Duration(2, unit).days for unit in UNITS] == [0, 0, 2, 14, 0, 0, 0, 2]
    assert [Duration(2, unit).working for unit in UNITS] == ["", "", "", "", "", "", "h", "d"]


def test_months_end_safely() -> None:
    assert add(date(2026, 1, 31), Duration(1, "mo")) == date(2026, 2, 28)
    assert add(date(2028, 2, 29), Duration(1, "y")) == date(2029, 2, 28)
    assert add(date(2026, 3, 31), Duration(1, "mo"), -1) == date(2026, 2, 28)
    assert add(date(2026, 11, 30), Duration(3, "mo")) == date(2027, 2, 28)


def test_days_keep_the_clock_and_hours_keep_the_time() -> None:
    noon = datetime(2026, 3, 28, 12, tzinfo=BERLIN)
    assert add(noon, Duration(1, "d")) == datetime(2026, 3, 29, 12, tzinfo=BERLIN)
    assert add(noon, Duration(24, "h")) == datetime(2026, 3, 29, 13, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("moment", "length"), [(date(2026, 1, 1), "2h"), (date(2026, 1, 1), "3wd"), (date(2026, 1, 1), "9999y")]
)
def test_what_cannot_be_added_is_an_error(moment: date, length: str) -> None:
    duration = parse_duration(length)
    assert duration is not None
    with pytest.raises(ValueError, match=r"hours|calendar|year"):
        add(moment, duration)


@pytest.mark.parametrize(
    ("typed", "clock"),
    [
        ("9:30", time(9, 30)),
        ("09:30:15", time(9, 30, 15)),
        ("3pm", time(15)),
        ("下午3点", time(15)),
        ("八点半", time(8, 30)),
        ("24:00", None),
        ("9", None),
        ("9:5", None),
        ("noon", None),
        ("", None),
    ],
)
def test_times_of_day(typed: str, clock: time | None) -> None:
    assert parse_time(typed) == clock
