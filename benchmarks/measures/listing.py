"""A filtered list of many records."""

from __future__ import annotations

from benchmarks.baselines.programs import sqlite_shell
from benchmarks.ground import Ground
from benchmarks.measurement import Measurement
from benchmarks.spend import Piece

QUESTION = (
    "select id, name, country, lifecycle from rec_customers where country = 'DE' and archived is null order by id"
)


def measurements(ground: Ground) -> list[Measurement]:
    """A list after the freshness check against the same SQL, on the same index, in the sqlite3 shell."""
    root = ground.book(ground.size)
    ours = Piece("benchmarks.pieces:filtered_list", (str(root),))
    base = sqlite_shell(root / ".crm" / "index.db", QUESTION)
    return [
        Measurement("filtered list", 2.0, ours, base, "the same SQL in the sqlite3 shell"),
        Measurement("filtered list, peak MB", 250.0, ours, None, "", clock="peak"),
    ]
