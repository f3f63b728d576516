"""Help is plain text, fits its width, and is taken from docstrings."""

from __future__ import annotations

import pytest

from crmcli.cli.commands.table import COMMANDS
from crmcli.cli.help_page import HelpText, help_text
from crmcli.text.display import width
from tests.unit.cli.memory import Crm


def test_a_docstring_taken_apart() -> None:
    text = help_text("Do it\n\nSome long\ntext.\n\nMore.\n\nExample:\n  crm do 1\n  crm do 2\n")
    assert text == HelpText("Do it", ("Some long text.", "More."), ("crm do 1", "crm do 2"))


@pytest.mark.parametrize("words", [("--help",), *((*entry.name.split(), "--help") for entry in COMMANDS)])
def test_help_fits_eighty_cells(crm: Crm, words: tuple[str, ...]) -> None:
    shown = crm(*words, COLUMNS="80")
    assert shown.code == 0
    too_long = [text for text in shown.out.splitlines() if width(text) > 80 and not text.startswith("  crm ")]
    assert too_long == []
    assert "\x1b" not in shown.out


def test_help_of_a_command_is_the_same_by_both_roads(crm: Crm) -> None:
    assert crm("help", "sql").out == crm("sql", "--help").out
    assert crm("help", "customer", "list").out == crm("customer", "list", "--help").out
    assert crm("help").out == crm("--help").out


def test_help_of_an_unknown_command_is_a_usage_error(crm: Crm) -> None:
    assert crm("help", "slq").err.splitlines()[1] == "hint: did you mean `crm sql`?"
