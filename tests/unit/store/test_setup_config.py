from __future__ import annotations

import tomllib

import pytest

from crmcli.store.setup.config import read_config
from crmcli.store.setup.config_text import (
    ConfigBrokenError,
    ConfigKeyUnknownError,
    ConfigValueError,
    NewBook,
    new_config,
    set_config,
)
from crmcli.store.setup.files import EngineFile
from crmcli.store.setup.source import parse_source

BOOK = NewBook('Acme "North" \\ 北方\t', "NOK", "Europe/Oslo", "en", "NO", "sun", ("core@1",), "k3f9x")


def test_a_new_book_says_what_it_was_told() -> None:
    source, problems = parse_source(EngineFile("crm.toml", new_config(BOOK._replace(name='Acme "N" \\')).encode()))
    assert source is not None
    config, _, wrong = read_config(source)
    assert (problems, wrong) == ([], [])
    assert config[:7] == ('Acme "N" \\', 1, "NOK", "Europe/Oslo", "en", "NO", "sun")
    assert (config.kits, config.runner) == (("core@1",), "k3f9x")
    assert config.alias["call"] == "log --kind call"


def test_any_name_survives_the_writing() -> None:
    assert tomllib.loads(new_config(BOOK))["name"] == BOOK.name


def test_a_book_without_a_country_has_no_problem() -> None:
    source, _ = parse_source(EngineFile("crm.toml", new_config(BOOK._replace(country="", name="x")).encode()))
    assert source is not None
    assert read_config(source)[2] == []


def test_one_key_changes_and_nothing_else() -> None:
    before = new_config(BOOK)
    after = set_config(before, "currency", "EUR")
    changed = [(old, new) for old, new in zip(before.split("\n"), after.split("\n"), strict=True) if old != new]
    assert changed == [
        (
            'currency = "NOK"                  # amounts without one, and all sums',
            'currency = "EUR"                  # amounts without one, and all sums',
        )
    ]


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("year", "04-01", {"year": "04-01"}),
        ("kits", "core@1, sales@2", {"kits": ["core@1", "sales@2"]}),
        ("alias.visit", "log --kind visit", {"alias": {"visit": "log --kind visit"}}),
        ("name", "北方", {"name": "北方"}),
    ],
)
def test_a_key_is_added_where_it_belongs(key: str, value: str, expected: dict[str, object]) -> None:
    assert tomllib.loads(set_config("", key, value)) == expected
    text = 'name = "x" # mine\n\n[alias]\nc = "log"\n'
    changed = tomllib.loads(set_config(text, key, value))
    assert changed["alias"]["c"] == "log"
    assert all(changed[word] == held for word, held in expected.items() if word != "alias")


def test_an_empty_value_takes_the_key_out() -> None:
    assert "runner" not in tomllib.loads(set_config(new_config(BOOK), "runner", ""))
    assert set_config('name = "x"\n', "runner", "") == 'name = "x"\n'


@pytest.mark.parametrize(
    ("key", "message", "hint"),
    [
        ("curency", "crm.toml has no key `curency`", "did you mean currency?"),
        ("hours", "crm.toml has no key `hours`", "name, format"),
        ("role.sales", "crm.toml has no key `role.sales`", "name, format"),
        ("alias.", "crm.toml has no key `alias.`", ""),
    ],
)
def test_unknown_keys_are_refused(key: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigKeyUnknownError, match=message) as raised:
        set_config("", key, "x")
    assert raised.value.exit_code == 2
    assert hint in raised.value.hint


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("currency", "EURO", "`EURO` is no currency"),
        ("timezone", "Oslo/Europe", "`Oslo/Europe` is no time zone"),
        ("week", "monday", "`week` of crm.toml must be one of mon, tue"),
        ("format", "2", "the book is in format 2, and this program knows 1"),
        ("alias.done", "log", "the alias `done` is a command already"),
    ],
)
def test_values_that_cannot_be_are_refused(key: str, value: str, message: str) -> None:
    with pytest.raises(ConfigValueError, match=message):
        set_config("", key, value)


def test_a_broken_file_is_not_edited() -> None:
    with pytest.raises(ConfigBrokenError, match=r"crm\.toml:2: not valid TOML") as raised:
        set_config('name = "x"\ncurrency = EUR\n', "name", "y")
    assert raised.value.exit_code == 6


def test_a_table_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigValueError, match="`alias` must be a table"):
        set_config("alias = 3\n", "alias.call", "log")
