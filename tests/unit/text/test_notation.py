"""How columns write numbers and dates: what a cell proves, what none does, and that reading gives back what was meant."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.text.notation import DateProof, NumberProof, Unproven, iso_date, plain_number


def numbers(*cells: str) -> str | Unproven:
    proof = NumberProof()
    for line, cell in enumerate(cells, 2):
        proof.see(cell, line)
    return proof.verdict("Sum")


def dates(*cells: str) -> str | Unproven:
    proof = DateProof()
    for line, cell in enumerate(cells, 2):
        proof.see(cell, line)
    return proof.verdict("Day")


@pytest.mark.parametrize(
    ("cells", "sign"),
    [
        (["1.234,56"], ","),
        (["1,234.56"], "."),
        (["12,5"], ","),
        (["0,125"], ","),
        (["12.5"], "."),
        (["1.234", "2.345,00"], ","),
        (["1.234.567"], ","),
        (["1,234,567"], "."),
        (["1 234,5 EUR", "7"], ","),
        (["12'000.50"], "."),
        (["12", "-7", "x", ""], ""),
        (["12,5", "12.5"], ""),
        (["1234,567"], ","),
    ],
)
def test_a_column_proves_its_decimal_sign(cells: list[str], sign: str) -> None:
    assert numbers(*cells) == sign


def test_thousands_or_thousandths_are_asked() -> None:
    assert numbers("12", "1,234") == Unproven("Sum", "decimal", "1,234", 3, {".": "1234", ",": "1.234"})
    assert numbers("1.234 EUR") == Unproven("Sum", "decimal", "1.234 EUR", 2, {".": "1.234 EUR", ",": "1234 EUR"})


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["13/02/2026", "01/02/2026"], "dmy"),
        (["02/13/2026", "01/02/2026"], "mdy"),
        (["03.04.2026"], "dmy"),
        (["02.13.2026"], "mdy"),
        (["2026-02-03", "2026/2/3", "soon"], ""),
        (["13/02/2026", "02/13/2026"], ""),
        (["13/02/26"], ""),
    ],
)
def test_a_column_proves_the_order_of_its_dates(cells: list[str], order: str) -> None:
    assert dates(*cells) == order


def test_day_or_month_is_asked() -> None:
    assert dates("3/4/2026 14:05") == Unproven(
        "Day", "dates", "3/4/2026 14:05", 2, {"dmy": "2026-04-03T14:05:00", "mdy": "2026-03-04T14:05:00"}
    )


@pytest.mark.parametrize(
    ("cell", "order", "iso"),
    [
        ("3/4/2026 2:05 PM", "mdy", "2026-03-04T14:05:00"),
        ("3/4/2026 12:05 am", "mdy", "2026-03-04T00:05:00"),
        ("2026年2月3日", "", "2026-02-03"),
        ("2026/2/3 14:05:06", "", "2026-02-03T14:05:06"),
        ("2026-02-03", "dmy", "2026-02-03"),
        ("3/4/2026", "", "3/4/2026"),
        ("3/4-2026", "dmy", "3/4-2026"),
    ],
)
def test_dates_become_iso(cell: str, order: str, iso: str) -> None:
    assert iso_date(cell, order) == iso


GROUPED = st.sampled_from([(",", "."), (".", ","), (",", " "), (",", ""), (".", "'")])


@given(st.decimals(-(10**9), 10**9, places=2), GROUPED)
def test_every_grouped_number_is_read_back(number: Decimal, signs: tuple[str, str]) -> None:
    decimal, group = signs
    text = f"{number:,.2f}".replace(",", "g").replace(".", decimal).replace("g", group)
    assert numbers(text) == decimal
    assert Decimal(plain_number(text, decimal)) == number


@given(
    st.dates(date(1900, 1, 1)),
    st.sampled_from([("dmy", "{d}/{m}/{y}"), ("mdy", "{m}-{d}-{y}"), ("dmy", "{d:02}.{m:02}.{y}")]),
)
def test_every_date_is_read_back(day: date, form: tuple[str, str]) -> None:
    order, shape = form
    assert iso_date(shape.format(d=day.day, m=day.month, y=f"{day.year:04}"), order) == day.isoformat()
