"""Building the index from nothing but files."""

from __future__ import annotations

from benchmarks.ground import Ground
from benchmarks.measurement import Measurement
from benchmarks.spend import Piece


def measurements(ground: Ground) -> list[Measurement]:
    """The build against only reading the files."""
    root = ground.book(ground.size)
    ours = Piece("benchmarks.pieces:rebuild", (str(root),))
    base = Piece("benchmarks.baselines.disk:read", (str(root / "customers"),))
    return [
        Measurement("index build, per file", 4.0, ours, base, "only reading them", ground.size),
        Measurement("index build, peak MB", 250.0, ours, None, "", clock="peak"),
    ]
