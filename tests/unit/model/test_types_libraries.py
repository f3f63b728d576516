"""The lists and formulas kept here agree with the libraries and data they stand for."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from pathlib import Path

import dateutil.rrule
import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import numdb
from stdnum.cn import uscc

from crmcli.model.money import DECIMALS, WITHDRAWN, decimals
from crmcli.model.types import account, gb2260, language, recurrence, taxid
from crmcli.model.types.base import ValueRefused
from crmcli.model.types.country import COUNTRIES
from tests.places import ROOT
from tests.unit.model.book import check, context, parse

WITHOUT_MINOR_UNIT = {"XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX"}


def test_countries_currencies_and_languages_are_those_of_iso() -> None:
    assert {country.alpha_2 for country in pycountry.countries} == COUNTRIES
    codes = {currency.alpha_3 for currency in pycountry.currencies}
    assert codes - WITHOUT_MINOR_UNIT == set(DECIMALS) - WITHDRAWN
    assert not codes & WITHDRAWN
    two_letters = {entry.alpha_2 for entry in pycountry.languages if hasattr(entry, "alpha_2")}
    assert two_letters == language._TWO_LETTERS


def test_decimals_of_currencies() -> None:
    assert [decimals(code) for code in ("EUR", "JPY", "KWD", "CLF", "CNY", "ISK", "HUF")] == [2, 0, 3, 4, 2, 0, 2]


def test_iban_countries_are_those_of_the_registry() -> None:
    registry = {low for _, low, _, _, _ in numdb.get("iban").prefixes}
    assert registry == set(account._IBAN.split())


def test_provinces_and_paths_are_those_of_gb2260() -> None:
    paths = list(gb2260.codes().values())
    assert {path for path in paths if "/" not in path} == gb2260.PROVINCES
    assert len(gb2260.codes()) > 3000
    assert all(check("region", path) == path for path in paths)
    assert not [path for path in paths if re.search(r"[\[\],]", path)]


@given(st.text(alphabet=taxid._LETTERS, min_size=17, max_size=17))
def test_the_check_digit_of_a_social_credit_code(first: str) -> None:
    code = first + uscc.calc_check_digit(first + "0")
    assert taxid._is_right(code)
    wrong = first + ("0" if code[-1] != "0" else "1")
    assert not taxid._is_right(wrong)


RULES = st.dictionaries(
    st.sampled_from(recurrence._ORDER[1:]),
    st.sampled_from(
        [
            "1",
            "2",
            "-1",
            "31",
            "53",
            "MO",
            "1MO",
            "-1FR",
            "MO,FR",
            "12",
            "0",
            "20261231",
            "20261231T120000Z",
            "366",
            "SU",
        ]
    ),
    max_size=4,
)


@given(st.sampled_from(recurrence._FREQUENCIES), RULES)
def test_rules_that_are_taken_are_understood_by_dateutil(frequency: str, parts: dict[str, str]) -> None:
    text = ";".join([f"FREQ={frequency}", *(f"{name}={value}" for name, value in parts.items())])
    try:
        rule = recurrence.canonical_rule(text)
    except ValueRefused:
        return
    dateutil.rrule.rrulestr(rule)
    assert recurrence.canonical_rule(rule) == rule


def phone_rows(shared_data: Path) -> list[dict[str, str]]:
    """Example numbers of every region, made from the numbering plans of libphonenumber."""
    with (shared_data / "phone_numbers" / "examples.csv").open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["valid"] == "True"]


def test_every_regions_phone_numbers_in_every_notation(shared_data: Path) -> None:
    examples = phone_rows(shared_data)
    assert len(examples) == 245
    for row in examples:
        home = context(country=row["region"])
        for notation in ("national", "international", "rfc3966", "e164"):
            assert parse("phone", row[notation], home) == row["e164"], row
        for notation in ("international", "rfc3966", "e164"):
            assert parse("phone", row[notation], context(country="")) == row["e164"], row
        assert check("phone", row["e164"]) == row["e164"], row


def test_an_odd_number_is_kept_with_a_plus_and_refused_without() -> None:
    assert parse("phone", "+49 30 00000") == "+493000000"
    assert parse("phone", "+86 123 4567 8901") == "+8612345678901"
    assert parse("phone", "123 4567 8901", context(country="CN")).startswith(
        "refused: `123 4567 8901` is no phone number of CN"
    )


@pytest.mark.parametrize(
    "libraries", ["phonenumbers pycountry stdnum ruamel dateutil decimal zoneinfo json difflib gettext"]
)
def test_canonical_text_loads_no_library(libraries: str) -> None:
    program = f"""
import sys
from datetime import datetime, UTC
before = set(sys.modules)
from crmcli.model.schema import Field, Option
from crmcli.model.types import type_named
from crmcli.model.types.base import ValueContext
book = ValueContext("EUR", "DE", "UTC", "en", datetime(2026, 11, 20, tzinfo=UTC), str, bool)
for name, stored in [("text", "Acme"), ("int", "12"), ("money", "12.00 EUR"), ("percent", "20%"), ("date", "2026-11-20"),
    ("phone", "+8613800138000"), ("email", "li@acme.com"), ("domain", "acme.com"), ("url", "https://acme.com/x"), ("country", "NO"),
    ("currency", "USD"), ("language", "zh"), ("region", "广东"), ("taxid", "91440300708461136T"), ("choice", "A"), ("duration", "30d"),
    ("handle", "x:li"), ("decimal", "1.5"), ("stage", "won"), ("period", "2026-01-01..2026-12-31"), ("time", "09:30")]:
    field = Field("f", name, options=(Option("A", {{}}),))
    kind = type_named(field)
    assert kind.check(stored, field, book) == stored, name
    values = kind.index(stored, field, book)
    assert kind.from_index(values, field, book) == stored, name
    if name != "date":
        kind.show(stored, field, book)
print(*sorted({{module.partition(".")[0] for module in set(sys.modules) - before}} & set({libraries.split()!r})))
"""
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.stderr == ""
    assert ran.stdout.strip() == ""
