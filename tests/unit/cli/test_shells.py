"""Half-typed command lines, and scripts that shells accept."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from crmcli.cli.shells import quoted, script_of
from crmcli.cli.suggest.line import read_line

BASH = shutil.which("bash") or "bash"


@pytest.mark.parametrize(
    ("line", "words", "typed"),
    [
        ("crm ", [], ""),
        ("crm de", [], "de"),
        ("crm deals ", ["deals"], ""),
        ("crm deals stage:w", ["deals"], "stage:w"),
        ("crm log acme 'two words' --ki", ["log", "acme", "two words"], "--ki"),
        ("crm log acme 'open quo", ["log", "acme"], "open quo"),
        ("crm deals 'count(deals, is:o", ["deals"], "count(deals, is:o"),
        ('crm deals name:"a b', ["deals"], "name:a b"),
        ("crm deals a\\ b c", ["deals", "a b"], "c"),
        ("crm deals '' x", ["deals", ""], "x"),
        ('crm deals "it\'s" x', ["deals", "it's"], "x"),
    ],
)
def test_what_was_typed_before_the_cursor(line: str, words: list[str], typed: str) -> None:
    assert read_line(line)[:2] == (words, typed)


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("crm deals sta", ""),
        ("crm deals stage:won,l", "stage:"),
        ("crm deals customer.stage:w", "customer.stage:"),
        ("crm set acme tier=A", "tier="),
        ("crm deals 'count(deals, stage:w", ""),
        ("crm deals name:'a b:c", "name:"),
    ],
)
def test_what_bash_keeps_of_the_word(line: str, kept: str) -> None:
    assert read_line(line).kept(" \t\n\"'><=;|&(:") == kept


def test_a_shell_that_splits_words_at_blanks_alone_keeps_nothing() -> None:
    assert read_line("crm deals stage:w").kept(" \t\n") == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_names_the_program_and_the_protocol(shell: str) -> None:
    script = script_of(shell, "crm")
    assert f"_CRM_COMPLETE=complete_{shell}" in script
    assert "%(" not in script
    assert "eval " not in script  # what is offered is from records that anybody may have written


@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_bash_reads_a_quoted_word_as_it_is(quote: str) -> None:
    """Every printable sign of ASCII between letters, at the beginning and at the end."""
    signs = [chr(code) for code in range(0x20, 0x7F)]
    words = [*(f"a{sign}b" for sign in signs), *(f"{sign}b" for sign in signs), *(f"a{sign}" for sign in signs), "客户"]
    written = [quoted(word, quote) for word in words]
    closed = [word if quote and word.endswith(quote) else f"{word}{quote}" for word in written]  # as bash does
    script = f"printf '%s\\n' {' '.join(quote + word for word in closed)}"
    read = subprocess.run([BASH, "-c", script], capture_output=True, check=True, encoding="utf-8")
    assert read.stdout.split("\n")[:-1] == words
