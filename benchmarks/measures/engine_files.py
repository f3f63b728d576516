"""Reading the engine files of a book."""

from __future__ import annotations

from benchmarks.baselines.programs import START, start
from benchmarks.ground import Ground
from benchmarks.measurement import Measurement
from benchmarks.spend import Piece


def measurements(ground: Ground) -> list[Measurement]:
    """All engine files, unchanged since the last command, against the start-up."""
    ours = Piece("benchmarks.pieces:engine_files", (str(ground.book(1_000)),))
    return [Measurement("engine files of a book", 0.2, ours, start(ground.root), f'python -c "{START}"')]
