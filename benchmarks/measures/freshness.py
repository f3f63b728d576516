"""Finding out that nothing changed."""

from __future__ import annotations

from benchmarks.ground import Ground
from benchmarks.measurement import Measurement
from benchmarks.spend import Piece


def measurements(ground: Ground) -> list[Measurement]:
    """The check of unchanged files against looking at each."""
    base = Piece("benchmarks.baselines.disk:walk", (str(ground.records(ground.size)),))
    return [Measurement("freshness check, per file", 1.5, None, base, "os.scandir and stat", ground.size)]
