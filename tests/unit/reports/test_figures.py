from __future__ import annotations

import statistics
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.reports.figures import (
    DAYS,
    RATE,
    average,
    half_even,
    mean_days,
    median_days,
    seconds_between,
    share,
    wall_clock,
)

LENGTHS = st.lists(st.integers(0, 10**9), min_size=1, max_size=30)


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**9))
def test_division_rounds_halves_to_even(numerator: int, denominator: int) -> None:
    assert half_even(numerator, denominator) == round(Fraction(numerator, denominator))


@pytest.mark.parametrize(("numerator", "rounded"), [(1, 0), (3, 2), (5, 2), (-1, 0), (-3, -2)])
def test_halves(numerator: int, rounded: int) -> None:
    assert half_even(numerator, 2) == rounded


@given(LENGTHS)
def test_the_median_is_exact(seconds: list[int]) -> None:
    middle = statistics.median(map(Fraction, seconds))
    assert median_days(seconds) == round(middle * 100 / 86400)


@given(LENGTHS)
def test_the_mean_is_exact(seconds: list[int]) -> None:
    exact = Decimal(sum(seconds)) / (Decimal(len(seconds)) * 864)
    if exact == exact.to_integral_value() or exact % 1 != Decimal("0.5"):
        assert mean_days(seconds) == int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def test_nothing_has_no_share_mean_or_median() -> None:
    assert (share(0, 0), average(0, 0), mean_days([]), median_days([])) == (None, None, None, None)


def test_the_clock_of_the_wall_has_no_summer_time() -> None:
    clock = wall_clock(ZoneInfo("Europe/Berlin"))
    days = seconds_between(clock("2026-03-27T23:00:00Z"), clock("2026-03-30T22:00:00Z")) / 86400
    assert days == 3
    assert clock("2026-03-27T23:00:00Z") == datetime.fromisoformat("2026-03-28")


@pytest.mark.parametrize(
    ("cell", "script", "json", "shown"),
    [
        (6315, "0.6315", 0.6315, "63.15%"),
        (10000, "1", 1, "100.00%"),
        (50, "0.005", 0.005, "0.50%"),
        (0, "0", 0, "0.00%"),
    ],
)
def test_how_shares_read(cell: int, script: str, json: float, shown: str) -> None:
    assert RATE.script
    assert RATE.json
    assert RATE.show
    assert (RATE.script(cell), RATE.json(cell), RATE.show(cell)) == (script, json, shown)


@pytest.mark.parametrize(
    ("cell", "script", "shown"), [(5178, "51.78", "51.78"), (5700, "57", "57"), (123450, "1234.5", "1,234.5")]
)
def test_how_days_read(cell: int, script: str, shown: str) -> None:
    assert DAYS.script
    assert DAYS.show
    assert (DAYS.script(cell), DAYS.show(cell)) == (script, shown)
