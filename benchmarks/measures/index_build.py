"""Building the index from nothing but files."""

from __future__ import annotations

from benchmarks.ground import Ground
from benchmarks.measurement import Measurement
from benchmarks.spend import Piece


def measurements(ground: Ground) -> list[Measurement]:
    """The build against only reading the files."""
    base = Piece("benchmarks.baselines.disk:read", (str(ground.records(ground.size)),))
    return [Measurement("index build, per file", 4.0, None, base, "only reading them", ground.size)]
