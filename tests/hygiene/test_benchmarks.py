"""The benchmarks run: every file of benchmarks/measures names its budgets, and one measured turn fills the table."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from benchmarks import growth, imports
from benchmarks.ground import Ground
from benchmarks.measurement import Measurement, Result, measure
from benchmarks.registry import measure_named, measure_names
from benchmarks.spend import Piece, Program, RunFailedError, spend
from benchmarks.table import table
from benchmarks.trade.book import its_moment, trade_book


@pytest.mark.parametrize("name", measure_names())
def test_every_measure_says_what_may_cost_how_much(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: f"/bin/{program}")
    found = measure_named(name)(Ground(tmp_path, 3, events=20))
    assert found
    assert all(measurement.budget > 0 and (measurement.base or measurement.clock == "peak") for measurement in found)


def test_a_book_whose_making_was_broken_off_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_NOW", "2001-01-01")
    with its_moment():
        root = trade_book(tmp_path, 3, 20)
        whole = {path: path.read_bytes() for path in root.rglob("*.md")}
        (root / ".crm" / "made").unlink()
        next(iter(whole)).unlink()
        assert trade_book(tmp_path, 3, 20) == root
        assert {path: path.read_bytes() for path in root.rglob("*.md")} == whole
    assert os.environ["CRM_NOW"] == "2001-01-01"


def test_both_sides_are_measured_and_compared(tmp_path: Path) -> None:
    walk = Piece("benchmarks.baselines.disk:walk", (str(tmp_path),))
    result = measure(Measurement("nothing", 1.5, Program((sys.executable, "-c", ""), tmp_path), walk, "a walk"), 1)
    assert result.ours is not None
    assert result.base is not None
    assert result.ratio is not None


def test_the_table_says_what_holds_and_what_does_not() -> None:
    line = Measurement("a list", 2.0, None, None, "the shell")
    text = table([Result(line, 0.3, 0.1, 3.0), Result(line, 0.1, 0.1, 1.0), Result(line, None, 0.1, None)])
    verdicts = [
        next(word for word in ("OVER", "holds", "not measured") if word in row) for row in text.splitlines()[1:]
    ]
    assert verdicts == ["OVER", "holds", "not measured"]


def test_a_side_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(RunFailedError, match="exit 3"):
        spend(Program((sys.executable, "-c", "raise SystemExit(3)"), tmp_path))


def test_growth_is_measured_in_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "LINES", [line for line in growth.LINES if line.what == "set"])
    table_of = growth.growth(tmp_path, (3,), 1)
    assert [line.split()[0] for line in table_of.splitlines()] == ["whole", "set"]
    assert table_of.count("MB") == 1
    [made] = (tmp_path / "crm-bench-kept").iterdir()
    assert list(tmp_path.iterdir()) == [made.parent]
    assert "size: 1\n" not in (made / "customers" / "company-000000.md").read_text(encoding="utf-8")


def test_imports_are_measured_beside_a_loop_and_sqlite_utils(tmp_path: Path) -> None:
    head, *lines = imports.imports(tmp_path, 3, 1).splitlines()
    assert head.split("  ")[0] == "import"
    assert [case for case, line in zip(imports.CASES, lines, strict=True) if line.startswith(f"{case}  ")] == [
        *imports.CASES
    ]
    assert all(line.count(" s ") == 3 and line.count(" MB") == 2 for line in lines)
    assert not list(tmp_path.iterdir())
