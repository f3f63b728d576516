"""A large import."""

from __future__ import annotations

from benchmarks.ground import Ground
from benchmarks.measurement import Measurement
from benchmarks.spend import Piece


def measurements(ground: Ground) -> list[Measurement]:
    """The import as a whole process against a loop that writes the same records and one journal, synced once."""
    words = (str(ground.empty("imported")), str(ground.size))
    base = Piece("benchmarks.baselines.disk:write_many", words)
    return [Measurement("import, per row", 3.0, None, base, "a bare loop writing the same files", ground.size)]
