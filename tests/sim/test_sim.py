"""A hundred short histories of a team on git; `make sim` plays thousands of long ones."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.sim.clock import Clock
from tests.sim.clone import Clone
from tests.sim.history import come_together, wrong_with
from tests.sim.ledger import Ledger
from tests.sim.play import Plan, play_all
from tests.sim.team import Team, make_template, path_with_crm

PARTS = 4
EACH = 25
"""Histories a part plays, of two or three clones."""


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_lost_in_any_history(part: int, tmp_path: Path) -> None:
    bad = [
        "\n".join([f"seed {ended.seed}", *ended.troubles, *ended.told])
        for ended in play_all(tmp_path, Plan(seed=1 + part * EACH, histories=EACH, clones=2 + part % 2, length=7))
        if ended.troubles
    ]
    assert not bad, "\n\n".join(bad)


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Team:
    """Two who have shared everything."""
    monkeypatch.setenv("PATH", path_with_crm(tmp_path))
    return Team(tmp_path / "team", make_template(tmp_path), Random(1), 2)  # noqa: S311 - a history must come again


def test_a_team_at_rest_has_no_troubles(team: Team) -> None:
    come_together(team, Ledger(), [])
    assert wrong_with(team, Ledger()) == []


def acknowledged(clone: Clone, ledger: Ledger) -> None:
    before = clone.events()
    assert clone.crm("set", "acme", "size=90").code == 0
    ledger.note(clone, before)


def test_a_lost_event_is_noticed(team: Team) -> None:
    ledger, anna = Ledger(), team.clones[0]
    acknowledged(anna, ledger)
    [segment] = [path for path in (anna.root / "journal").rglob("*.jsonl") if b'"90"' in path.read_bytes()]
    segment.unlink()
    assert any("lacks set customers/acme size" in line for line in wrong_with(team, ledger))


def test_an_event_told_otherwise_is_noticed(team: Team) -> None:
    ledger, anna = Ledger(), team.clones[0]
    acknowledged(anna, ledger)
    [segment] = [path for path in (anna.root / "journal").rglob("*.jsonl") if b'"90"' in path.read_bytes()]
    segment.write_bytes(segment.read_bytes().replace(b'"90"', b'"91"'))
    found = wrong_with(team, ledger)
    assert any("otherwise" in line for line in found)
    assert any("anna: customers/acme" in line for line in found)  # the file and the replay differ


def test_files_that_differ_and_markers_are_noticed(team: Team) -> None:
    ben = team.clones[1]
    ben.write("customers/acme.md", "<<<<<<< ours\n" + ben.files()["customers/acme.md"])
    found = wrong_with(team, Ledger())
    assert any("anna and ben" in line for line in found)
    assert any("holds '<<<<<<< ours'" in line for line in found)
    assert any("ben is not at rest" in line for line in found)


def test_clocks_differ() -> None:
    clock = Clock()
    assert clock.tick(15) > clock.tick(-15)
