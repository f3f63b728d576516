"""Exit codes and sentences of a whole command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crmcli.cli import app
from crmcli.errors import VetoedError
from tests.places import ROOT
from tests.unit.cli.memory import Crm


def test_version(outside: Crm) -> None:
    shown = outside("--version")
    assert shown.code == 0
    assert shown.out.startswith("crm 0.")


@pytest.mark.parametrize(
    ("words", "sentence", "hint"),
    [
        (["--formt", "json"], "crm has no option --formt", "did you mean --format?"),
        (["confg"], "`crm` knows no command 'confg'", "did you mean `crm config`?"),
        (
            ["zzzz"],
            "`crm` knows no command 'zzzz'",
            "nouns such as `customer` come from a book, and there is none here",
        ),
        (["--limit"], "--limit needs a value", "`crm --help` shows how"),
        (["--limit", "x", "help"], "--limit: 'x' is no whole number", "`crm --help` shows how"),
        (["sql", "--pth"], "crm sql has no option --pth", "did you mean --path?"),
        (["--format", "jsn", "config"], "unknown format 'jsn'", "did you mean json?"),
        (["--limit", "-1", "config"], "--limit -1: not a number of rows", "0 shows all, 20 the first twenty"),
        (["config", "a", "b", "c"], "Got unexpected extra argument(s) (c)", "`crm config --help` shows how"),
    ],
)
def test_wrong_words_are_usage_errors(outside: Crm, words: list[str], sentence: str, hint: str) -> None:
    shown = outside(*words)
    assert shown.code == 2
    assert shown.out == ""
    assert shown.err == f"crm: error: {sentence}\nhint: {hint}\n"


def test_no_book_is_not_found(outside: Crm) -> None:
    shown = outside("reindex")
    assert shown.code == 3
    assert shown.err.startswith("crm: error: no book in ")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_nowhere_and_harms_no_file(book: Path, closed: str) -> None:
    """A file of the book that got the number of a stream would be written what was meant for the stream."""
    crm = f'"{sys.executable}" -m crmcli --me me@example.com'
    script = f"{crm} set acme tier=B && {crm} check && {crm} customers nobody:x"
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    shell = ["sh", "-c", f"exec {closed}; {script}"]
    done = subprocess.run(shell, cwd=book, env=environ, capture_output=True, check=False)
    assert (done.returncode, b"Traceback" in done.stderr) == (2, False)
    assert "tier: B\n" in (book / "customers" / "acme.md").read_text(encoding="utf-8")


class NotAllowedError(VetoedError):
    def __init__(self) -> None:
        super().__init__("first line\nsecond \x1b[31mline", hint="ask\nagain")


def failing(error: BaseException) -> object:
    def fail(*_words: object) -> object:
        raise error

    return fail


def test_an_error_of_ours_shows_its_sentence_and_hint_harmlessly(outside: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "build_command", failing(NotAllowedError()))
    shown = outside("config")
    assert shown.code == 7
    assert shown.err == "crm: error: first line\nsecond ␛[31mline\nhint: ask\nhint: again\n"


def test_an_interruption_is_130(outside: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "build_command", failing(KeyboardInterrupt()))
    assert outside("config").code == 130


def test_a_system_error_names_file_and_reason(outside: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "build_command", failing(PermissionError(13, "Permission denied", "/x/y")))
    shown = outside("config")
    assert (shown.code, shown.err) == (
        1,
        "crm: error: /x/y: permission denied\nhint: give yourself the right to read and write it\n",
    )


def test_a_reader_that_has_gone_is_no_failure(outside: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "build_command", failing(BrokenPipeError()))
    shown = outside("config")
    assert (shown.code, shown.err) == (0, "")


def test_a_defect_is_one_sentence_and_a_file(outside: Crm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(app, "build_command", failing(ZeroDivisionError("by zero")))
    shown = outside("config", XDG_STATE_HOME=str(tmp_path / "state"))
    assert shown.code == 70
    kept = tmp_path / "state" / "crm" / "last-failure.txt"
    assert shown.err == (
        f"crm: error: this should not have happened: ZeroDivisionError: by zero\nhint: the details are in {kept}\n"
    )
    assert "Traceback" in kept.read_text(encoding="utf-8")


def test_a_defect_shows_its_traceback_when_asked(outside: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "build_command", failing(ZeroDivisionError("by zero")))
    shown = outside("config", CRM_DEBUG="1")
    assert shown.code == 70
    assert "Traceback (most recent call last):\n" in shown.err


def test_options_count_before_and_after_the_verb(crm: Crm) -> None:
    assert (
        crm("--format", "ids", "config").out
        == crm("config", "--format", "ids").out
        == "book\nme\nname\n"
        + "".join(
            f"{key}\n" for key in ("currency", "timezone", "language", "country", "week", "year", "runner", "tui")
        )
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["reindex", "--dry-run"],
            "crm reindex does not take --dry-run: what it does cannot be tried without doing it",
        ),
        (["help", "--explain"], "crm help does not take --explain: it has nothing to explain"),
        (["check", "--as-of", "2026-01-01"], "crm check does not take --as-of: it answers for now only"),
        (
            ["--known-at", "-3d", "set", "acme", "size=3"],
            "crm set does not take --known-at: nothing can be written into the past",
        ),
    ],
)
def test_an_option_that_would_be_ignored_is_refused(crm: Crm, words: list[str], sentence: str) -> None:
    shown = crm(*words)
    assert (shown.code, shown.out, shown.err) == (2, "", f"crm: error: {sentence}\n")


def test_bare_crm_is_today(outside: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "HOME", "help")
    assert outside().out == outside("help").out
