"""Half-typed command lines, and scripts that shells accept."""

from __future__ import annotations

import subprocess

import pytest

from crmcli.cli.shells import script_of, words_before


@pytest.mark.parametrize(
    ("line", "words", "typed"),
    [
        ("crm ", [], ""),
        ("crm de", [], "de"),
        ("crm deals ", ["deals"], ""),
        ("crm deals stage:w", ["deals"], "stage:w"),
        ("crm log acme 'two words' --ki", ["log", "acme", "two words"], "--ki"),
        ("crm log acme 'open quo", ["log", "acme", "'open"], "quo"),
    ],
)
def test_what_was_typed_before_the_cursor(line: str, words: list[str], typed: str) -> None:
    assert words_before(line) == (words, typed)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_names_the_program_and_the_protocol(shell: str) -> None:
    script = script_of(shell, "crm")
    assert f"_CRM_COMPLETE=complete_{shell}" in script
    assert "%(" not in script


def test_bash_accepts_its_script_and_keeps_what_stands_before_a_colon() -> None:
    fake = "crm() { printf 'stage:won\\nstage:wait\\n'; }\n"
    ask = 'COMP_LINE="crm deals stage:w"; COMP_POINT=17; _crm_completion crm; printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(
        ["bash", "--norc", "-c", fake + script_of("bash", "crm") + ask], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["won", "wait"]
    assert done.stderr == ""
