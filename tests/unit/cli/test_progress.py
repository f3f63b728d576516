"""The line that says how far long work is."""

from __future__ import annotations

from io import StringIO

import pytest

from crmcli.cli import progress
from crmcli.cli.progress import Progress, line


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
    told = Progress(out, "reading")
    clock.now += 0.3
    told(50, 100)
    told(100, 100)
    told.finish()
    assert out.getvalue() == ""


def test_long_work_draws_at_a_pace_and_goes(clock: Clock) -> None:
    out = StringIO()
    told = Progress(out, "reading")
    for done in range(0, 1000, 10):
        clock.now += 0.02
        told(done, 1000)
    drawn = out.getvalue().count("\r")
    assert 5 < drawn < 20
    told(1000, 1000)
    assert out.getvalue().endswith("\r\x1b[K")
    assert out.getvalue().count("\r") == drawn + 1


def test_what_it_looks_like() -> None:
    assert line("reading", 5_000, 20_000) == "reading  ━━━━━━──────────────────  5,000 of 20,000"
    assert line("rows", 1_234, 0) == "rows  1,234"
