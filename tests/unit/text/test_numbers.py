from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.text.numbers import NumberRefusedError, parse_number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", "12"),
        ("12k", "12000"),
        ("1.2m", "1200000"),
        ("1.2M", "1200000"),
        ("50万", "500000"),
        ("3亿", "300000000"),
        ("1.2万", "12000"),
        ("5千万", "50000000"),
        ("20%", "0.2"),
        ("2.5%", "0.025"),
        ("1_000", "1000"),
        ("-.5", "-0.5"),
        ("+3", "3"),
        ("１２．５", "12.5"),
        ("1.23456k", "1234.56"),
        ("0.1", "0.1"),
        (" 7 ", "7"),
        ("-20%", "-0.2"),
    ],
)
def test_numbers(typed: str, number: str) -> None:
    assert parse_number(typed) == Decimal(number)


@pytest.mark.parametrize(
    ("typed", "readings"),
    [
        ("12,000", ["12000", "12.000"]),
        ("-12,000", ["-12000", "-12.000"]),
        ("12'000", ["12000"]),
        ("12’000", ["12000"]),
        ("1,234,567", ["1234567"]),
        ("12,5", ["12.5"]),
        ("1.234,56", ["1234.56"]),
        ("1,234.56", ["1234.56"]),
        ("1.234.567", ["1234567"]),
        ("12 000", ["12000"]),
        ("12,000k", ["12000k", "12.000k"]),
    ],
)
def test_foreign_separators_are_refused_with_their_readings(typed: str, readings: list[str]) -> None:
    with pytest.raises(NumberRefusedError) as caught:
        parse_number(typed)
    assert caught.value.readings == readings
    assert all(reading in caught.value.hint for reading in readings)
    assert all(parse_number(reading) is not None for reading in readings)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        "+",
        ".",
        "%",
        "k",
        "5.",
        "abc",
        "1e5",
        "30min",
        "1__0",
        "_1",
        "10²",
        "½",
        "12k5",
        "0x10",
        "1 2",
        "--1",
        "NaN",
        "inf",
        "1" * 60,
        "1,2,3",
        "k12",
        "٣",
    ],
)
def test_the_rest_is_no_number(typed: str) -> None:
    with pytest.raises(NumberRefusedError) as caught:
        parse_number(typed)
    assert caught.value.readings == []
    assert caught.value.hint


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6))
def test_nothing_is_rounded(number: Decimal) -> None:
    assert parse_number(f"{number:f}") == number
    assert parse_number(f"{number:f}k") == number.scaleb(3)
