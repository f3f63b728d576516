"""One small durable write."""

from __future__ import annotations

from benchmarks.ground import Ground
from benchmarks.measurement import Measurement
from benchmarks.spend import Piece

COUNT = 50


def measurements(ground: Ground) -> list[Measurement]:
    """Plan to return, in process, against writing, syncing and renaming the same bytes; one waits for the disk."""
    ours = Piece("benchmarks.pieces:small_writes", (str(ground.book(1_000)), str(COUNT)))
    base = Piece("benchmarks.baselines.disk:write_durably", (str(ground.empty("written")), str(COUNT)))
    return [
        Measurement("one small write", 3.0, ours, base, "write, fsync, rename + append, fsync", COUNT, clock="wall")
    ]
