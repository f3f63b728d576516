"""Laws of every field type: canonical forms stay, come back from the index, and are ordered there as values are."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crmcli.model.money import DECIMALS, from_minor, minor_units, parse_money
from crmcli.model.schema import Field
from crmcli.model.types.address import PARTS
from crmcli.model.types.base import ValueContext, ValueRefused
from crmcli.model.types.registry import TYPE_NAMES, type_named
from tests.unit.model.book import CHINESE, GERMAN, NOWHERE, check, field, index, parse

TYPED = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789.,-+ %kmEUR万年月日:/@#;=_{}[]'\"", max_size=24),
    st.sampled_from(
        ["12k", "fri", "每月", "{city: Ulm}", "DE", "+4930123456", "a@b.de", "https://a.de/x", "1h", "广东/深圳"]
    ),
)
NAMES = st.sampled_from([*TYPE_NAMES, "reference", "row"])
BOOKS = st.sampled_from([GERMAN, CHINESE, NOWHERE])


def holds(name: str, stored: str, book: ValueContext) -> None:
    """`stored` is canonical, is so again, is one line (but for a body), has its columns, and comes back from them."""
    of = field("line", embedded=True) if name == "row" else field(name)
    kind = type_named(of)
    assert kind.check(stored, of, book) == stored
    values = kind.index(stored, of, book)
    assert len(values) == len(kind.columns(of))
    if values:
        assert kind.check(kind.from_index(values, of, book), of, book) == stored
    assert "\n" not in kind.show(stored, of, book)


def outcome(
    read: Callable[[str, Field, ValueContext], str], text: str, of: Field, book: ValueContext
) -> tuple[str, tuple[str, ...]]:
    """What `read` makes of `text`, and the words of its refusal."""
    try:
        return read(text, of, book), ()
    except ValueRefused as refused:
        return "", (refused.why, refused.hint)


@settings(max_examples=600)
@given(NAMES, TYPED, BOOKS)
@example("email", "a@xn--mnchen-3ya.de", GERMAN)
@example("url", "https://xn--mnchen-3ya.de", GERMAN)
@example("address", "{street: '- x'}", GERMAN)
@example("datetime", "0001-01-01", CHINESE)
@example("datetime", "9999-12-31T23:59:59-12:00", GERMAN)
@example("money", "-0", GERMAN)
def test_whatever_is_typed_is_refused_in_words_or_stored_for_good(name: str, typed: str, book: ValueContext) -> None:
    of = field("line", embedded=True) if name == "row" else field(name)
    for read in (type_named(of).parse, type_named(of).check):
        stored, words = outcome(read, typed, of, book)
        assert words == () or all(words)
        if words == ():
            holds(name, stored, book)


def test_naughty_strings_are_refused_in_words_or_stored_for_good(shared_data: Path) -> None:
    naughty = json.loads((shared_data / "naughty_strings" / "blns.json").read_text("utf-8"))
    for name in [*TYPE_NAMES, "reference"]:
        of, taken = field(name), 0
        for typed in naughty:
            stored, words = outcome(type_named(of).parse, typed, of, GERMAN)
            assert all(words), (name, typed)
            if not words:
                taken += 1
                holds(name, stored, GERMAN)
        assert taken > (350 if name in ("text", "markdown") else -1), name


@given(st.text())
def test_text_without_controls_is_never_refused(text: str) -> None:
    if text.isprintable():
        assert not parse("text", text).startswith("refused:")


DECIMAL_VALUES = st.decimals(-(10**9), 10**9, places=4, allow_nan=False)


@given(DECIMAL_VALUES, DECIMAL_VALUES)
def test_decimals_are_ordered_by_value(one: Decimal, other: Decimal) -> None:
    first, second = check("decimal", f"{one:f}"), check("decimal", f"{other:f}")
    assert (index("decimal", first) < index("decimal", second)) == (one < other)
    assert (index("percent", check("percent", f"{one:f}%")) < index("percent", check("percent", f"{other:f}%"))) == (
        one < other
    )


@given(st.integers(-(2**63) + 1, 2**63 - 1), st.sampled_from(sorted(DECIMALS)))
def test_money_is_its_minor_units(minor: int, currency: str) -> None:
    amount = from_minor(minor, currency)
    stored = f"{amount:f} {currency}"
    assert check("money", stored) == stored
    assert index("money", stored)[0] == minor
    assert minor_units(parse_money(stored, "EUR")) == minor


@given(st.integers(-(10**15), 10**15), st.integers(-(10**15), 10**15), st.sampled_from(["EUR", "JPY", "KWD", "CLF"]))
def test_money_of_one_currency_is_ordered_by_amount(one: int, other: int, currency: str) -> None:
    first, second = (f"{from_minor(minor, currency):f} {currency}" for minor in (one, other))
    assert (index("money", first) < index("money", second)) == (one < other)


MOMENTS = st.builds(
    lambda moment, minutes: moment.replace(tzinfo=timezone(timedelta(minutes=minutes))),
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),  # noqa: DTZ001 - the offset is drawn too
    st.integers(-14 * 60, 14 * 60),
)


@given(MOMENTS, MOMENTS)
def test_moments_are_ordered_by_instant(one: datetime, other: datetime) -> None:
    one, other = one.replace(microsecond=0), other.replace(microsecond=0)
    first, second = check("datetime", one.isoformat()), check("datetime", other.isoformat())
    assert (index("datetime", first)[0] < index("datetime", second)[0]) == (one < other)  # type: ignore[operator]


@given(st.dates(), st.dates())
def test_days_and_months_are_ordered_by_the_calendar(one: date, other: date) -> None:
    assert (index("date", one.isoformat()) < index("date", other.isoformat())) == (one < other)
    months = [index("month", day.isoformat()[:7]) for day in (one, other)]
    assert (months[0] < months[1]) == ((one.year, one.month) < (other.year, other.month))


@given(st.dictionaries(st.sampled_from(PARTS[:-1]), st.text(min_size=1, max_size=20), min_size=1))
def test_an_address_keeps_what_its_parts_say(parts: dict[str, str]) -> None:
    from crmcli.model.types.address import set_part
    from crmcli.text.flow import parse_flow_map

    stored, kept = "", {}
    for part, text in parts.items():
        try:
            stored = set_part(stored, part, text, GERMAN)
        except ValueRefused:
            continue
        if text.strip():
            kept[part] = text
    if stored:
        holds("address", stored, GERMAN)
        read = parse_flow_map(stored)
        assert read is not None
        assert set(read) == set(kept)


@pytest.mark.parametrize("name", ["money", "decimal", "percent", "int"])
def test_no_float_is_ever_stored(name: str) -> None:
    of = field(name)
    stored = parse(name, "12k" if name != "percent" else "12%")
    assert not any(isinstance(value, float) for value in type_named(of).index(stored, of, GERMAN))
