"""Any read command on a small book, the whole process."""

from __future__ import annotations

from benchmarks.baselines.programs import START, start
from benchmarks.ground import Ground
from benchmarks.measurement import Measurement


def measurements(ground: Ground) -> list[Measurement]:
    """A list of 1,000 records against Python starting with the libraries it needs."""
    return [Measurement("read command, 1,000 records", 1.4, None, start(ground.root), f'python -c "{START}"')]
