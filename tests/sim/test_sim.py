"""Two hundred histories of a team on git; `make sim` plays thousands of long ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from tests.sim.clock import Clock
from tests.sim.clone import Clone
from tests.sim.history import come_together, wrong_with
from tests.sim.ledger import Ledger
from tests.sim.play import Plan, Stage, make_stage, play_all
from tests.sim.team import Team


class Part(NamedTuple):
    """Histories of one shape that are played in one go."""

    seed: int
    histories: int
    clones: int
    length: int


PARTS = (
    *(Part(1 + 12 * number, 12, 2, 6) for number in range(12)),
    *(Part(501 + 8 * number, 8, 3, 6) for number in range(6)),
    *(Part(1001 + 2 * number, 2, 4, 24) for number in range(4)),
)
"""Two hundred histories: most are short, of two or three clones; a few are longer. Each part takes a few seconds."""


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """What all histories begin with."""
    return make_stage(tmp_path_factory.mktemp("stage"))


@pytest.mark.long
@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"from {part.seed}")
def test_nothing_is_lost_in_any_history(part: Part, stage: Stage, tmp_path: Path) -> None:
    bad = [
        "\n".join([f"seed {ended.seed}", *ended.troubles, *ended.told])
        for ended in play_all(tmp_path, stage, Plan(*part))
        if ended.troubles
    ]
    assert not bad, "\n\n".join(bad)


@pytest.fixture
def team(stage: Stage, tmp_path: Path) -> Iterator[Team]:
    """Two who have shared everything."""
    with stage.entered():
        yield Team(tmp_path / "team", stage.template, Random(1), 2)  # noqa: S311 - a history must come again


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
