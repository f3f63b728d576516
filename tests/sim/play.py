"""Plays many histories, one after the other, in an environment in which nothing of the machine shows."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.environment import LEAKS, hermetic_variables
from tests.sim.history import Ended, play
from tests.sim.team import make_template, path_with_crm


class Plan(NamedTuple):
    """Which histories: the first seed, how many, of how many clones and doings (0: by the seed), for how many minutes."""

    seed: int
    histories: int
    clones: int = 0
    length: int = 0
    minutes: float = 0.0


def play_all(home: Path, plan: Plan) -> Iterator[Ended]:
    """Play them; what a history without trouble leaves is removed."""
    kept = dict(os.environ)
    for name in [name for name in os.environ if name.startswith(LEAKS)]:
        del os.environ[name]
    os.environ |= hermetic_variables(home / "home") | {"PATH": path_with_crm(home)}
    begun = time.monotonic()
    try:
        template = make_template(home)
        for seed in range(plan.seed, plan.seed + plan.histories):
            if plan.minutes and time.monotonic() - begun > plan.minutes * 60:
                return
            size, length = _measures(seed, plan)
            place = home / str(seed)
            ended = play(place, template, seed, size=size, length=length)
            yield ended
            if not ended.troubles:
                shutil.rmtree(place)
    finally:
        os.environ.clear()
        os.environ.update(kept)


def _measures(seed: int, plan: Plan) -> tuple[int, int]:
    random = Random(-seed)  # noqa: S311 - a history must come again
    size, length = random.randint(2, 5), random.randint(6, 40)
    return plan.clones or size, plan.length or length
