"""What is suggested, through typer's own protocol."""

from __future__ import annotations

import contextlib
from io import StringIO
from pathlib import Path

import pytest

from tests.unit.cli.memory import run_in_memory


def suggested(monkeypatch: pytest.MonkeyPatch, line: str) -> list[str]:
    written = StringIO()
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", line)
    with contextlib.redirect_stdout(written):
        shown = run_in_memory(_CRM_COMPLETE="complete_bash")
    assert (shown.code, shown.err) == (0, "")
    return written.getvalue().split()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("crm conf", ["config"]),
        ("crm custo", ["customers", "customer"]),
        ("crm customer li", ["list"]),
        ("crm customers +", ["+vip"]),
        ("crm customers -v", ["-vip"]),
        ("crm customers ti", ["tier:"]),
        ("crm customers tier:", ["tier:A", "tier:B", "tier:any", "tier:none"]),
        ("crm customers tier:A,", ["tier:A,A", "tier:A,B", "tier:A,any", "tier:A,none"]),
        ("crm deals stage:o", ["stage:offer"]),
        ("crm deals stage:offer is:w", ["is:won"]),
        ("crm deals customer:a", ["customer:acme", "customer:any"]),
        ("crm deals --form", ["--format"]),
        ("crm deals tier:zzz", []),
        ("crm move ren", ["renewal"]),
        ("crm move renewal ", ["lost", "talk", "won"]),
        ("crm move renewal won am", ["amount="]),
        ("crm set ac", ["acme"]),
        ("crm set acme ti", ["tier="]),
        ("crm set acme stage", []),
    ],
)
def test_suggestions(book: Path, monkeypatch: pytest.MonkeyPatch, line: str, words: list[str]) -> None:
    monkeypatch.chdir(book)
    assert suggested(monkeypatch, line) == words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("crm set renewal w", []),
        ("crm set offer-x w", ["why="]),  # it is filled
        ("crm set renewal close=2031-01-01 w", ["worth="]),
        ("crm move renewal won w", ["why="]),
        ("crm move renewal won close=2031-01-01 w", ["why=", "worth="]),
        ("crm deal add X w", []),
        ("crm deal add X close=2031-01-01 w", ["worth="]),
        ("crm deal add X close=nonsense w", []),
        ("crm deals w", ["why:", "worth:"]),  # a filter asks for anything
    ],
)
def test_fields_that_are_not_shown_are_not_suggested(
    book: Path, monkeypatch: pytest.MonkeyPatch, line: str, words: list[str]
) -> None:
    schema = book / "schema" / "deal.toml"
    fields = 'why = { type = "text", show = "is:won" }\nworth = { type = "int", show = "close>2030-12-31" }\n'
    schema.write_text(schema.read_text(encoding="utf-8") + fields, encoding="utf-8")
    (book / "deals" / "offer-x.md").write_text("---\nname: X\nstage: talk\nwhy: so\n---\n", encoding="utf-8")
    monkeypatch.chdir(book)
    assert suggested(monkeypatch, line) == words


def test_no_book_no_noise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert suggested(monkeypatch, "crm deals stage:o") == []
    assert suggested(monkeypatch, "crm conf") == ["config"]


def test_a_broken_book_no_noise(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (book / "crm.toml").write_text("format = 99\n", encoding="utf-8")
    monkeypatch.chdir(book)
    assert suggested(monkeypatch, "crm deals stage:o") == []
