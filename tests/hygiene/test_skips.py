"""A run does not pass by skipping: the ledger sees tests, whole files, and what xdist's workers skip."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.places import ROOT
from tests.skips import ABSENT_DATA

CONFTEST = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tests import skips
def pytest_configure(config):
    skips.register(config)
"""
SKIPS_FOR = "import pytest\ndef test_a(): pass\ndef test_b(): pytest.skip({reason!r})\n"
SKIPS_ITSELF = "import pytest\npytest.skip('not today', allow_module_level=True)\n"
FAILS_AS_EXPECTED = "import pytest\ndef test_a(): pass\n@pytest.mark.xfail\ndef test_b(): assert 0\n"


def verdict(folder: Path, test: str, *, workers: int = 0) -> tuple[int, str]:
    """The exit code and output of a run over `test` and one test that passes, with no plugin but xdist."""
    (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (folder / "test_one.py").write_text(test, encoding="utf-8")
    (folder / "test_other.py").write_text("def test_c(): pass\n" if test else "", encoding="utf-8")
    words = ["-q", "-p", "xdist", "-n", str(workers), "-p", "no:cacheprovider", "--rootdir", ".", "-c", os.devnull]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *words], cwd=folder, capture_output=True, text=True, check=False
    )
    return run.returncode, run.stdout + run.stderr


@pytest.fixture(autouse=True)
def no_other_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("CRM_CI", raising=False)


@pytest.mark.parametrize(
    ("test", "gate", "expected"),
    [
        (SKIPS_FOR.format(reason="not today"), "", 1),
        (SKIPS_FOR.format(reason=f"{ABSENT_DATA}: no folder"), "", 0),
        (SKIPS_FOR.format(reason=f"{ABSENT_DATA}: no folder"), "1", 1),
        (SKIPS_ITSELF, "", 1),
        (FAILS_AS_EXPECTED, "1", 0),
        ("", "", 5),
    ],
    ids=["any reason", "absent data", "absent data in the gate", "a whole file", "expected failure", "no tests at all"],
)
def test_the_verdict_of_a_run_with_skips(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, test: str, gate: str, expected: int
) -> None:
    monkeypatch.setenv("CRM_CI", gate)
    code, output = verdict(tmp_path, test)
    assert code == expected, output
    assert ("skipped without leave" in output) is (expected == 1)


def test_workers_report_their_skips(tmp_path: Path) -> None:
    (tmp_path / "test_third.py").write_text(SKIPS_ITSELF, encoding="utf-8")
    code, output = verdict(tmp_path, SKIPS_FOR.format(reason="not today"), workers=2)
    assert code == 1, output
    assert "test_one.py::test_b: not today" in output
    assert "test_third.py: not today" in output
