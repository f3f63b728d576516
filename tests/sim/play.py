"""Plays many histories, one after the other, in an environment in which nothing of the machine shows."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.environment import hermetic_variables
from tests.sim.doing import DOINGS, Doing
from tests.sim.history import Ended, play
from tests.sim.team import make_template, path_with_crm

_SPARING = """\
[gc]
\tauto = 0
[maintenance]
\tauto = false
[receive]
\tautogc = false
[init]
\ttemplateDir =
"""
"""What a history of a few minutes does without: git tidies nothing up, and a new repository has no examples of hooks."""


class Plan(NamedTuple):
    """Which histories: the first seed, how many, of how many clones and doings (0: by the seed), for how many minutes, what is done."""

    seed: int
    histories: int
    clones: int = 0
    length: int = 0
    minutes: float = 0.0
    doings: dict[Doing, int] = DOINGS


class Stage(NamedTuple):
    """What all histories begin with: variables of the environment, and a team that is copied for each."""

    variables: Mapping[str, str]
    template: Path
    place: Path
    """Where the template was made, and where a copy of it has nothing to make anew."""

    @contextmanager
    def entered(self) -> Iterator[None]:
        """The environment of a history."""
        kept = dict(os.environ)
        _put(self.variables)
        try:
            yield
        finally:
            _put(kept)


def make_stage(home: Path) -> Stage:
    """Make it in a folder that is there."""
    kept = {name: value for name, value in os.environ.items() if name in ("TMPDIR", "COVERAGE_PROCESS_START")}
    variables = kept | hermetic_variables(home / "home") | {"PATH": path_with_crm(home)}
    with (home / "home" / ".gitconfig").open("a", encoding="utf-8") as config:
        config.write(_SPARING)
    stage = Stage(variables, home / "template", home / "team")
    with stage.entered():
        make_template(stage.place)
    stage.place.rename(stage.template)
    return stage


def play_all(home: Path, stage: Stage, plan: Plan) -> Iterator[Ended]:
    """Play them; what a history with trouble leaves is put below `home`, under its seed."""
    begun = time.monotonic()
    for seed in range(plan.seed, plan.seed + plan.histories):
        if plan.minutes and time.monotonic() - begun > plan.minutes * 60:
            return
        size, length = _measures(seed, plan)
        with stage.entered():
            ended = play(stage.place, stage.template, seed, size=size, length=length, doings=plan.doings)
        if ended.troubles:
            stage.place.rename(home / str(seed))
        else:
            shutil.rmtree(stage.place)
        yield ended


def _put(variables: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(variables)


def _measures(seed: int, plan: Plan) -> tuple[int, int]:
    random = Random(-seed)  # noqa: S311 - a history must come again
    size, length = random.randint(2, 5), random.randint(6, 40)
    return plan.clones or size, plan.length or length
