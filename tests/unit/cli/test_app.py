"""Verbs, nouns, aliases and foreign programs behind the first word."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from crmcli.cli import aliases
from crmcli.cli.app import root_group
from crmcli.cli.click_seam import open_context
from crmcli.cli.commands.table import COMMANDS, top_names
from tests.unit.cli.memory import Crm, make_session


def test_the_root_knows_verbs_and_the_nouns_of_the_book(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(book)
    group = root_group()
    context = open_context(group, "crm", ["help"], make_session())
    names = group.list_commands(context)
    assert names[: len(top_names())] == list(top_names())
    assert {"customers", "customer", "客户", "deals", "deal", "gear"} <= set(names)


def test_every_line_of_the_table_makes_its_command_with_the_same_summary(outside: Crm) -> None:
    for entry in COMMANDS:
        shown = outside(*entry.name.split(), "--help")
        assert shown.code == 0, entry.name
        assert shown.out.splitlines()[0] == entry.summary
        if entry.module:
            assert "\nExample:\n" in shown.out, entry.name


def test_a_noun_has_help_and_verbs(crm: Crm) -> None:
    shown = crm("customer", "--help")
    assert shown.out.startswith("Work with customers\n")
    assert "  list " in shown.out


def test_help_lists_the_nouns_and_their_names(crm: Crm) -> None:
    assert re.search(r"^  customer, customers +Customer, 客户$", crm("--help").out, re.MULTILINE)


def test_an_unknown_verb_of_a_noun_names_the_nearest(crm: Crm) -> None:
    shown = crm("customer", "lst")
    assert (shown.code, shown.err) == (
        2,
        "crm: error: `crm customer` knows no command 'lst'\nhint: did you mean `crm customer list`?\n",
    )


def test_a_noun_without_a_verb_says_so(crm: Crm) -> None:
    assert crm("customer").code == 2


def test_an_alias_expands_to_a_built_in_and_keeps_the_words() -> None:
    assert aliases.expand_alias(None, ["hot"], lambda _name: True) == []


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("loop", "crm.toml: alias loop = 'hot': this is no command of crm"),
        ("sh", "crm.toml: alias sh = 'rm x': this is no command of crm"),
    ],
)
def test_an_alias_leads_neither_to_an_alias_nor_to_a_shell(crm: Crm, word: str, why: str) -> None:
    shown = crm(word)
    assert shown.code == 6
    assert shown.err.splitlines()[0] == f"crm: error: {why}"


def test_an_alias_is_not_over_a_built_in(crm: Crm, book: Path) -> None:
    config = book / "crm.toml"
    config.write_text(config.read_text(encoding="utf-8") + 'help = "config"\n', encoding="utf-8")
    assert crm("help").out.startswith("Customers, deals")


def test_a_program_on_path_is_a_command(crm: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "crm-hello"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    called: list[object] = []
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(
        os, "execve", lambda path, words, variables: called.append((path, words, variables.get("CRM_BOOK")))
    )
    crm("--book", ".", "hello", "--format", "x")
    assert called == [(str(program), ["crm-hello", "--format", "x"], str(Path.cwd()))]


def test_a_program_never_hides_a_built_in(crm: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "crm-help"
    program.write_text("#!/bin/sh\nexit 9\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert crm("help").code == 0


@pytest.mark.parametrize("words", [["--book", "../two", "customers"], ["customers", "--book", "../two"]])
def test_another_book_may_be_named_before_or_after_a_noun(book: Path, crm: Crm, words: list[str]) -> None:
    shutil.copytree(book, book.parent / "two")
    (book.parent / "two" / "customers" / "acme.md").unlink()
    assert crm(*words, "--format", "ids").out.split() == ["globex"]
    assert crm("customers", "--book=../two", "--format", "ids").out.split() == ["globex"]
    assert crm("customers", "--format", "ids").out.split() == ["acme", "globex"]


@pytest.mark.parametrize("words", [["--me", "x@y.example", "customer"], ["customer"]])
def test_who_acts_may_be_said_before_or_after_a_noun(crm: Crm, words: list[str]) -> None:
    shown = crm(*words, "add", "New", *([] if len(words) > 1 else ["--me=x@y.example"]))
    assert shown.code == 0, shown.err
    assert crm("customers", "New", "--columns", "by", "--format", "tsv").out.splitlines()[1:] == ["x@y.example"]
