"""The line that says how far long work is."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from io import StringIO
from pathlib import Path

import pytest

from crmcli.cli import progress
from crmcli.cli.progress import Progress, line
from crmcli.cli.session import Session
from crmcli.cli.terminal import Terminal
from crmcli.store.index.connection import folder_lock
from tests.books import make_book


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(progress, "monotonic", made)
    return made


def test_short_work_says_nothing(clock: Clock) -> None:
    out = StringIO()
    progress = Progress(out)
    told = progress.of("reading")
    clock.now += 0.3
    told(50, 100)
    told(100, 100)
    progress.finish()
    assert out.getvalue() == ""


def test_long_work_draws_at_a_pace_and_goes(clock: Clock) -> None:
    out = StringIO()
    told = Progress(out).of("reading")
    for done in range(0, 1000, 10):
        clock.now += 0.02
        told(done, 1000)
    drawn = out.getvalue().count("\r")
    assert 5 < drawn < 20
    told(1000, 1000)
    assert out.getvalue().endswith("\r\x1b[K")
    assert out.getvalue().count("\r") == drawn + 1


@pytest.mark.parametrize(
    ("write", "after"),
    [
        (lambda session: session.out.error("it failed"), "crm: error: it failed\n"),
        (lambda session: session.out.note("told"), "told\n"),
        (lambda session: session.out.ask("sure? "), "sure? "),
        (lambda session: session.out.json({}), ""),
        (lambda session: session.out.text(["a"]), ""),
    ],
)
def test_whatever_is_written_takes_it_away_first(write: Callable[[Session], None], after: str) -> None:
    session = Session(dict(os.environ), StringIO(), StringIO(), StringIO())
    session.__dict__["terminal"] = Terminal(watches=True)
    assert session.progress is not None
    session.progress.say("fetching …")
    write(session)
    assert isinstance(session.stderr, StringIO)
    assert session.stderr.getvalue() == f"\r\x1b[Kfetching …\r\x1b[K{after}"


def test_nobody_watches_a_pipe() -> None:
    session = Session(dict(os.environ), StringIO(), StringIO(), StringIO())
    session.__dict__["terminal"] = Terminal(shows=True, answers=True)
    assert session.progress is None


def test_a_wait_for_another_process_is_said_once_and_only_where_somebody_watches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder of the index is locked as by a process that builds it, until the wait has been said."""
    root = make_book(tmp_path / "book").root
    session = Session(dict(os.environ), StringIO(), StringIO(), StringIO())
    session.given["book"] = str(root)
    session.__dict__["terminal"] = Terminal(watches=True)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    with ExitStack() as stack:
        stack.enter_context(folder_lock(root / ".crm" / "index.db", exclusive=True))
        waits = session.present.waits
        calls: list[str] = []

        def wait() -> None:
            assert waits is not None
            waits()
            calls.append("asked")
            if len(calls) > 2:
                stack.close()

        session.present.waits = wait
        assert session.present.index.rows("SELECT count(*) FROM events")
    assert isinstance(session.stderr, StringIO)
    said = session.stderr.getvalue()
    assert said == "\r\x1b[Kwaiting for another crm, which is making the index of this book …"
    session.present.index.close()
    unwatched = Session(dict(os.environ), StringIO(), StringIO(), StringIO())
    unwatched.given["book"] = str(root)
    assert unwatched.present.waits is None


def test_what_it_looks_like() -> None:
    assert line("reading", 5_000, 20_000) == "reading  ━━━━━━──────────────────  5,000 of 20,000"
    assert line("rows", 1_234, 0) == "rows  1,234"
