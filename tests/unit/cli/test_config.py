"""`crm config`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.memory import Crm, run_in_memory


def test_everything_with_where_it_comes_from(crm: Crm, book: Path) -> None:
    lines = crm("config").out.splitlines()
    assert lines[:2] == ["key\tvalue\tfrom", f"book\t{book}\tthis folder or one above it"]
    assert "currency\tEUR\tcrm.toml" in lines


def test_one_key_for_scripts(crm: Crm, book: Path) -> None:
    assert crm("config", "currency").out == "EUR\n"
    assert crm("config", "book").out == f"{book}\n"


def test_the_default_book_is_used_outside_every_book(outside: Crm, book: Path, tmp_path: Path) -> None:
    config = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    assert outside("config", "book", str(book), **config).code == 0
    assert (tmp_path / "config/crm/book").read_text(encoding="utf-8") == f"{book}\n"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["currency", "USD"], 2, "currency belongs to the book, not to this machine"),
        (["curency"], 2, "no setting 'curency'"),
        (["book", "nowhere"], 2, "{here}/nowhere holds no crm.toml"),
        (["completion", "tcsh"], 2, "no completion for 'tcsh'"),
        (["completion"], 2, "which shell?"),
    ],
)
def test_what_cannot_be_set_is_said(crm: Crm, book: Path, words: list[str], code: int, sentence: str) -> None:
    shown = crm("config", *words)
    assert shown.code == code
    assert shown.err.splitlines()[0] == "crm: error: " + sentence.format(here=book)


def test_completion_scripts_are_for_both_names() -> None:
    shown = run_in_memory("config", "completion", "bash")
    assert shown.code == 0
    assert "complete -o default -F _crm_completion crm\n" in shown.out
    assert "complete -o default -F _crmcli_completion crmcli\n" in shown.out
