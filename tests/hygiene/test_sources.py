"""No module breaks the rules; and each rule finds what it forbids."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from crmcli.cli.commands import table
from tests.hygiene import rules
from tests.hygiene.sources import Rule, module_name, module_paths, offences
from tests.places import ROOT

COMMANDS = ROOT / "crmcli" / "cli" / "commands"


@pytest.mark.parametrize("rule", [rules.prints, rules.swallowed, rules.state, rules.long_functions])
def test_no_module_breaks_the_rule(rule: Rule) -> None:
    assert offences(rule) == []


def test_only_the_clock_reads_the_clock() -> None:
    assert offences(rules.clocks, allowed=frozenset({"crmcli/clock.py"})) == []


def test_no_file_is_too_long() -> None:
    lengths = {module_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in module_paths()}
    assert {name: length for name, length in lengths.items() if length > rules.FILE_LIMIT} == {}


def command_files() -> list[Path]:
    """One per command; the table that lists them is none."""
    return sorted(path for path in COMMANDS.glob("*.py") if path.stem not in {"__init__", "table"})


def test_every_command_says_what_it_is_for_and_shows_an_example() -> None:
    broken = [
        f"{module_name(path)}: {offence.what}"
        for path in command_files()
        for offence in rules.no_example(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert broken == []


def test_every_command_file_is_in_the_table_and_every_line_of_the_table_has_its_file() -> None:
    registered = {entry.module for entry in (*table.COMMANDS, *table.NOUN_COMMANDS) if entry.module}
    assert registered == {path.stem for path in command_files()}


@pytest.mark.parametrize(
    ("rule", "guilty"),
    [
        (rules.prints, "print('x')"),
        (rules.clocks, "import datetime\ndatetime.datetime.now()"),
        (rules.clocks, "from datetime import date\ndate.today()"),
        (rules.clocks, "from time import time_ns"),
        (rules.clocks, "import time\ntime.time()"),
        (rules.swallowed, "try:\n    x\nexcept:\n    raise"),
        (rules.swallowed, "try:\n    x\nexcept Exception:\n    pass"),
        (rules.state, "cache = {}"),
        (rules.state, "seen: set[str] = set()"),
        (rules.state, "TABLE = {}\ndef f():\n    TABLE['a'] = 1"),
        (rules.state, "NAMES = []\ndef f():\n    NAMES.append(1)"),
        (rules.state, "x = 1\ndef f():\n    global x"),
        (rules.long_functions, "def f():\n" + "    x = 1\n" * rules.FUNCTION_LIMIT),
        (rules.no_example, '"""A command."""'),
        (rules.no_example, 'HELP = "Example: crm x"'),
    ],
)
def test_the_rule_finds_the_guilty(rule: Rule, guilty: str) -> None:
    assert len(list(rule(ast.parse(guilty)))) == 1


@pytest.mark.parametrize(
    ("rule", "innocent"),
    [
        (rules.prints, "terminal.print('x')"),
        (rules.clocks, "from crmcli.clock import now\nimport time\nnow()\ntime.monotonic()"),
        (rules.swallowed, "try:\n    x\nexcept OSError:\n    pass"),
        (rules.state, "TABLE = {'a': 1}\n__all__ = ['a']\ndef f():\n    table = {}\n    table['a'] = 1"),
        (rules.long_functions, "def f():\n" + "    x = 1\n" * (rules.FUNCTION_LIMIT - 1)),
    ],
)
def test_the_rule_leaves_the_innocent_alone(rule: Rule, innocent: str) -> None:
    assert list(rule(ast.parse(innocent))) == []
