from __future__ import annotations

from pathlib import Path

import pytest

from crmcli.store import hook_log
from crmcli.store.hook_log import FILE, OLDER, LoggedRun, note_run, runs


def run(key: str, stdout: str = "") -> LoggedRun:
    return LoggedRun("2026-11-20T14:03:11+01:00", key, "tell", "on", "move", "deals/x", "o1", "ok", stdout=stdout)


def test_round_trip_of_anything_a_hook_says(tmp_path: Path) -> None:
    said = run("k", "naïve \x1b[31m \u202e 液压\nline\u2028two \ud800")
    note_run(tmp_path / "new", said)
    (found,) = runs(tmp_path / "new")
    assert found == said._replace(stdout=said.stdout.replace("\ud800", "?"))
    assert (tmp_path / "new" / FILE).stat().st_mode & 0o777 == 0o600


def test_two_files_of_bounded_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hook_log, "LARGEST", 1000)
    for number in range(20):
        note_run(tmp_path, run(str(number), "x" * 100))
    assert (tmp_path / FILE).stat().st_size <= 1000
    assert (tmp_path / OLDER).stat().st_size <= 1000
    keys = [int(found.key) for found in runs(tmp_path)]
    assert keys == list(range(keys[0], 20))


def test_lines_that_are_no_runs_are_passed_over(tmp_path: Path) -> None:
    note_run(tmp_path, run("a"))
    with (tmp_path / FILE).open("a") as log:
        log.write('broken\n[]\n{"at": 1}\n')
    note_run(tmp_path, run("b"))
    assert [found.key for found in runs(tmp_path)] == ["a", "b"]
