"""`--as-of` and `--known-at`: what is said on a terminal, and that scripts read the same shape."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest

from crmcli.cli.main import run
from crmcli.cli.terminal import Terminal
from tests.unit.cli.memory import Crm, make_session


@pytest.fixture(autouse=True)
def _fixed_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_NOW", "2026-11-20T14:03:11+01:00")


def on_a_terminal(*words: str) -> tuple[str, str]:
    session = make_session()
    session.__dict__["terminal"] = Terminal(width=80, shows=True)
    assert run(words, session) == 0
    assert isinstance(session.stdout, StringIO)
    assert isinstance(session.stderr, StringIO)
    return session.stdout.getvalue(), session.stderr.getvalue()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--as-of", "2026-10-01"], "as of 2026-10-01\n"),
        (["--as-of=2026-10-01 14:00"], "as of 2026-10-01 14:00\n"),
        (["--as-of", "-30d"], "as of 2026-10-21\n"),
        (["--known-at", "2026-10-01"], "as of 2026-10-01\n"),
        (
            ["--as-of", "2026-09-30", "--known-at", "2026-10-01"],
            "as of 2026-09-30, as far as it was known on 2026-10-01\n",
        ),
        (["--as-of", "now"], ""),
        (["--as-of", "2026-10-01", "--quiet"], ""),
    ],
)
def test_a_terminal_says_of_when_it_shows(crm: Crm, options: list[str], said: str) -> None:
    del crm
    assert on_a_terminal("deals", *options)[1] == said
    assert on_a_terminal(*options, "deals")[1] == said


@pytest.mark.parametrize("name", ["tsv", "csv", "json", "jsonl", "ids"])
def test_scripts_read_the_same_shape(crm: Crm, name: str) -> None:
    """No event tells of these files, so that they were always there."""
    now = crm("deals", "--columns", "id,name,stage", "--format", name)
    then = crm("deals", "--columns", "id,name,stage", "--format", name, "--as-of", "2026-11-19")
    assert (then.code, then.out, then.err) == (0, now.out, "")


@pytest.mark.parametrize(
    "words",
    [
        ["set", "acme", "tier=B"], ["log", "acme", "hi"], ["move", "pilot", "won"], ["deal", "add", "New"], ["undo"],
        ["tag", "remove", "vip"], ["import", "x.csv"], ["next", "acme", "fri", "call"], ["archive", "acme"],
        ["rename", "acme", "acme-2"], ["journal", "drift"],
    ],
)  # fmt: skip
def test_nothing_is_written_into_the_past(crm: Crm, book: Path, words: list[str]) -> None:
    before = sorted((path.as_posix(), path.read_bytes()) for path in book.rglob("*.md"))
    shown = crm(*words, "--as-of", "2026-11-19")
    assert (shown.code, shown.out) == (2, "")
    assert "does not take --as-of: nothing can be written into the past" in shown.err
    assert sorted((path.as_posix(), path.read_bytes()) for path in book.rglob("*.md")) == before


@pytest.mark.parametrize("words", [["check"], ["changes"], ["pipeline", "list"], ["hook", "list"], ["help"]])
def test_some_questions_have_no_past(crm: Crm, words: list[str]) -> None:
    shown = crm(*words, "--known-at", "2026-11-19")
    assert shown.code == 2
    assert "does not take --known-at: it answers for now only" in shown.err


def test_a_filter_is_asked_at_the_moment(crm: Crm, book: Path) -> None:
    journal = book / "journal" / "2026-11"
    journal.mkdir(parents=True)
    moved = {"id": "01KAGN3E9Q0000000000000000", "at": "2026-11-18T10:00:00+01:00", "via": "cli", "do": "move"}
    moved |= {"on": "deals/pilot", "field": "stage", "from": "won", "to": "lead"}
    (journal / "a.jsonl").write_text(json.dumps(moved) + "\n", encoding="utf-8")
    before = crm("deals", "stage:won", "--format", "ids", "--as-of", "2026-11-17").out
    assert "pilot" in before.split()
    assert "pilot" not in crm("deals", "stage:won", "--format", "ids").out.split()
