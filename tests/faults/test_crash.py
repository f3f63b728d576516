"""A slice of the long version (`make faults`): every kind of change, some of its steps, every way to go wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.faults.crash.kinds import KINDS
from tests.places import ROOT, SOURCE_ROOTS

PARTS = 2
"""Processes the kinds are shared among, so that two cores have work."""

BREAK_NO_SYNC = "from crmcli.store import disk; disk.sync_folder = lambda path: None"
BREAK_RECOVERY = "from crmcli.store import slot; slot.read = lambda state: None"


def crash(*words: str, broken: str = "") -> subprocess.CompletedProcess[str]:
    """Run the layer in a process of its own, which forks and has nothing else open."""
    call = f"import sys; {broken or 'pass'}\nfrom tests.faults.crash.__main__ import main\nsys.exit(main({list(words)!r}, sys.stdout))"
    paths = os.pathsep.join(str(folder) for folder in SOURCE_ROOTS)
    return subprocess.run(
        [sys.executable, "-c", call],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_every_kind_of_change_survives(part: int) -> None:
    done = crash(
        "--part",
        f"{part}/{PARTS}",
        "--every",
        "50",
        "--cuts",
        "1",
        "--histories",
        "1",
        "--turns",
        "3",
        "--seed",
        str(part),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    kinds = [kind.name for kind in KINDS][part::PARTS]
    assert [line.partition(":")[0] for line in done.stdout.splitlines()[:-1]] == kinds


@pytest.mark.long
@pytest.mark.parametrize(
    ("broken", "kind", "ways", "every"),
    [(BREAK_NO_SYNC, "large", "power", "4"), (BREAK_RECOVERY, "set", "death", "2")],
    ids=["names not synced", "what waits is not found"],
)
def test_a_broken_promise_is_noticed(broken: str, kind: str, ways: str, every: str) -> None:
    """The layer would be worth nothing if it could not fail."""
    chosen = ["--kinds", kind, "--ways", ways, "--every", every, "--cuts", "5", "--histories", "0", "--seed", "7"]
    done = crash(*chosen, broken=broken)
    assert done.returncode == 1, done.stdout + done.stderr
    last = done.stdout.splitlines()[-1]
    assert re.search(r"\b[1-9]\d* broken\b.*; seed 7, ", last), done.stderr  # it came to its end, and counted
