"""A budget and how it is held: two sides, run turn by turn."""

from __future__ import annotations

from statistics import median
from typing import NamedTuple

from benchmarks.spend import Side, Spend, spend


class Measurement(NamedTuple):
    """One line of the budgets.

    `ours` may cost `budget` times what `base` costs; None while the product has no such thing. `things` is how many
    things one run does, to show the cost of one. `clock` is the attribute of Spend that is compared: cpu; wall, where
    the disk is what one waits for; peak, where the budget is in MB and there is no base. A budget of infinity only shows
    the ratio. `most` is how many runs a long measurement takes at most; of one that runs once, that run counts.
    """

    what: str
    budget: float
    ours: Side | None
    base: Side | None
    against: str
    things: int = 1
    clock: str = "cpu"
    most: int = 1_000


class Result(NamedTuple):
    """What came out: medians of each side (seconds of the clock, or MB; None: not run) and the median of the ratios."""

    measurement: Measurement
    ours: float | None
    base: float | None
    ratio: float | None

    @property
    def over(self) -> bool:
        """Whether the budget is broken."""
        return self.ratio is not None and self.ratio > self.measurement.budget


def measure(measurement: Measurement, runs: int) -> Result:
    """Run both sides `runs` times, alternating who goes first, after one run each that does not count."""
    ours: list[float] = []
    base: list[float] = []
    sides = [(side, costs) for side, costs in ((measurement.ours, ours), (measurement.base, base)) if side]
    first = 1 if measurement.most == 1 else 0
    for turn in range(first, min(runs, measurement.most) + 1):
        for side, costs in sides if turn % 2 else reversed(sides):
            cost = _read(spend(side), measurement.clock)
            if turn:
                costs.append(cost)
    ratios = (
        ours
        if measurement.clock == "peak"
        else [one / max(other, 1e-06) for one, other in zip(ours, base, strict=False)]
    )
    return Result(measurement, *(median(values) if values else None for values in (ours, base, ratios)))


def _read(cost: Spend, clock: str) -> float:
    value = getattr(cost, clock)
    assert isinstance(value, float)  # noqa: S101 - for the type checker
    return value
