"""Every example of docs/reference/filters.md reads and becomes SQL in a book with the core kit."""

from __future__ import annotations

import re
import shlex
import sqlite3
from pathlib import Path

import pytest

from crmcli.model.schema import RecordType, Setup
from crmcli.query.calls import FUNCTIONS
from crmcli.query.compile import QueryEnv, compile_filter, compile_sort, compile_value
from crmcli.query.fields import BUILT_IN
from crmcli.query.functions import SQL_FUNCTIONS
from crmcli.query.states import STATES
from crmcli.query.words import parse_words
from crmcli.store.setup import load_setup
from tests.places import ROOT
from tests.unit.query.book import NOW

PAGE = (ROOT / "docs" / "reference" / "filters.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^crm (\w+) (.+)$", PAGE, re.MULTILINE)
ROWS = [[cell.strip() for cell in line.split(" | ")] for line in PAGE.splitlines() if line.startswith("| ")]
CODE = re.compile(r"`([^`]+)`")
EXAMPLES = [(row[3], example) for row in ROWS if len(row) == 5 for example in CODE.findall(row[4])]
BUILT_IN_EXAMPLES = [example for row in ROWS if len(row) == 3 for example in CODE.findall(row[2])]
PAIRS = [(row[0].removeprefix("| "), row[1]) for row in ROWS if len(row) == 2]
VALUES = [(on, example) for on, cell in PAIRS if on.isalpha() for example in CODE.findall(cell)]
ASKED_STATES = [state for cell, _ in PAIRS for state in CODE.findall(cell)]


@pytest.fixture(scope="module")
def setup(tmp_path_factory: pytest.TempPathFactory) -> Setup:
    folder: Path = tmp_path_factory.mktemp("core")
    kit = ROOT / "crmcli" / "kits" / "core"
    for file in (*kit.glob("schema/*.toml"), *kit.glob("pipelines/*.toml")):
        copy = folder / file.relative_to(kit)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(file.read_bytes())
    (folder / "crm.toml").write_text(
        'name = "Core"\nformat = 1\ncurrency = "CNY"\ncountry = "CN"\ntimezone = "Asia/Shanghai"\n'
        '[hours.office]\nmon-fri = "09:00-12:00 13:30-18:00"\n',
        encoding="utf-8",
    )
    return load_setup(folder, tmp_path_factory.mktemp("state"))


@pytest.fixture(scope="module")
def index(setup: Setup) -> sqlite3.Connection:
    """Empty tables that know every name: SQLite checks what the compiler wrote."""
    from crmcli.store.index.tables import create_tables

    base = sqlite3.connect(":memory:")
    base.create_function("REGEXP", 2, lambda pattern, text: bool(re.search(pattern, text)))
    for name, count, function in SQL_FUNCTIONS:
        base.create_function(name, count, function)
    create_tables(base, setup)
    return base


def type_of(setup: Setup, plural: str) -> RecordType:
    found = setup.by_plural(plural)
    assert found is not None, plural
    return found


def run(index: sqlite3.Connection, setup: Setup, plural: str, words: list[str]) -> None:
    kind = type_of(setup, plural)
    sql = compile_filter(parse_words(words), kind, QueryEnv(setup, NOW, "anna-k2x81"))
    index.execute(f'SELECT r.id FROM "rec_{kind.plural}" r WHERE {sql.text}', sql.params)  # noqa: S608


def test_the_page_has_examples() -> None:
    assert min(len(COMMANDS), len(EXAMPLES), len(BUILT_IN_EXAMPLES), len(VALUES), len(ASKED_STATES)) >= 8


@pytest.mark.parametrize(("plural", "line"), COMMANDS)
def test_commands(index: sqlite3.Connection, setup: Setup, plural: str, line: str) -> None:
    run(index, setup, plural, shlex.split(line))


@pytest.mark.parametrize(("plural", "example"), EXAMPLES)
def test_table(index: sqlite3.Connection, setup: Setup, plural: str, example: str) -> None:
    run(index, setup, plural, shlex.split(example) if example.startswith("'") else [example])


@pytest.mark.parametrize("example", BUILT_IN_EXAMPLES)
def test_built_in_fields(index: sqlite3.Connection, setup: Setup, example: str) -> None:
    run(index, setup, "deals", [example])


@pytest.mark.parametrize("state", ASKED_STATES)
def test_states(index: sqlite3.Connection, setup: Setup, state: str) -> None:
    run(index, setup, "tasks", [state])


@pytest.mark.parametrize(("plural", "example"), VALUES)
def test_values(index: sqlite3.Connection, setup: Setup, plural: str, example: str) -> None:
    kind, env = type_of(setup, plural), QueryEnv(setup, NOW)
    value, sort = compile_value(example, kind, env), compile_sort([f"-{example}"], kind, env)
    params = (*value.params, *sort.params)
    index.execute(f'SELECT {value.text} FROM "rec_{kind.plural}" r ORDER BY {sort.text}', params)  # noqa: S608


def test_every_built_in_name_is_on_the_page() -> None:
    words = set(re.findall(r"[\w:]+", PAGE))
    assert set(BUILT_IN) <= words
    assert set(FUNCTIONS) <= words
    assert {f"is:{state}" for state in STATES} <= words
