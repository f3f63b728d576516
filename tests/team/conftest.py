"""A team on one remote, made once and put back for each test."""

from __future__ import annotations

import pytest

from tests.team.clones import Team


@pytest.fixture(scope="session")
def first_team(tmp_path_factory: pytest.TempPathFactory) -> Team:
    """The team that each test gets as it is here."""
    team = Team(tmp_path_factory.mktemp("team") / "first")
    team.make()
    return team.keep()


@pytest.fixture
def team(first_team: Team) -> Team:
    """Anna and Li, each with a clone of a book that is its own repository."""
    return first_team.back()
