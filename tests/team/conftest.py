"""A team on one remote, made once and copied for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.team.clones import Team


@pytest.fixture(scope="session")
def first_team(tmp_path_factory: pytest.TempPathFactory) -> Team:
    """The team that the others are copies of."""
    team = Team(tmp_path_factory.mktemp("team") / "first")
    team.make()
    return team


@pytest.fixture
def team(first_team: Team, tmp_path: Path) -> Team:
    """Anna and Li, each with a clone of a book that is its own repository."""
    return first_team.copy(tmp_path / "team")
