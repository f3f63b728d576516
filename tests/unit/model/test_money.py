"""Money as a value."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crmcli.model.money import Money, from_minor, minor_text, minor_units, parse_money, rounded


def test_the_stored_form_is_read_with_the_books_currency_by_default() -> None:
    assert parse_money("12000.00 EUR", "CNY") == Money(Decimal("12000.00"), "EUR")
    assert parse_money("12000", "CNY") == Money(Decimal("12000.00"), "CNY")
    assert str(parse_money("12000", "JPY")) == "12000 JPY"


@pytest.mark.parametrize("stored", ["", "EUR", "12 XAU", "12 eur", "NaN EUR", "Infinity", "1,000 EUR"])
def test_what_is_no_money_raises(stored: str) -> None:
    with pytest.raises(ValueError, match="no amount of money"):
        parse_money(stored, "EUR")


def test_halves_go_to_the_even_neighbour() -> None:
    halves = {"0.125": "0.12", "0.135": "0.14", "-0.125": "-0.12", "-0.001": "0.00"}
    assert {text: f"{rounded(Decimal(text), 'EUR'):f}" for text in halves} == halves
    assert f"{rounded(Decimal('2.5'), 'JPY'):f}" == "2"


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(1234, "EUR", "12.34"), (-5, "EUR", "-0.05"), (500, "JPY", "500"), (1, "KWD", "0.001")],
)
def test_minor_units_and_back(minor: int, currency: str, text: str) -> None:
    assert minor_text(minor, currency) == text
    assert from_minor(minor, currency) == Decimal(text)
    assert minor_units(Money(Decimal(text), currency)) == minor
