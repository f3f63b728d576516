"""Building the index from nothing but files."""

from __future__ import annotations

from benchmarks.ground import Ground
from benchmarks.measurement import Measurement
from benchmarks.spend import Piece


def measurements(ground: Ground) -> list[Measurement]:
    """The build against only reading the files: from memory, by CPU; from disk, as after a clone, by the clock."""
    root = str(ground.book(ground.size))
    folder = f"{root}/customers"
    ours = Piece("benchmarks.pieces:rebuild", (root,))
    base = Piece("benchmarks.baselines.disk:read", (folder,))
    cold = Piece("benchmarks.pieces:rebuild_from_disk", (root, "customers"))
    from_disk = Piece("benchmarks.baselines.disk:read_from_disk", (folder,))
    return [
        Measurement("index build, per file", 4.0, ours, base, "only reading them, in memory", ground.size),
        Measurement(
            "index build from disk, per file",
            4.0,
            cold,
            from_disk,
            "only reading them, pages dropped",
            ground.size,
            clock="wall",
        ),
        Measurement("index build, peak MB", 250.0, ours, None, "", clock="peak"),
    ]
