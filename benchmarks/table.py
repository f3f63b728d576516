"""The table of ratios."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from math import inf

from benchmarks.measurement import Result

HEADER = ("what", "crm", "baseline", "ratio", "budget", "", "against")


def table(results: Iterable[Result]) -> str:
    """One line a result, in columns."""
    return columns([HEADER, *(_row(result) for result in results)], left=frozenset([0, 5, 6]))


def columns(rows: Sequence[tuple[str, ...]], left: AbstractSet[int] = frozenset([0])) -> str:
    """Rows of the same length in columns, those of `left` to the left, the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(_aligned(row, widths, left) for row in rows)


def _aligned(row: tuple[str, ...], widths: list[int], left: AbstractSet[int]) -> str:
    cells = [
        cell.ljust(width) if column in left else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def _row(result: Result) -> tuple[str, ...]:
    measurement = result.measurement
    in_memory = measurement.clock == "peak"
    shown = _megabytes if in_memory else _seconds
    ratio = "" if result.ratio is None or in_memory else f"{result.ratio:.2f}"
    budget = f"{measurement.budget:.0f} MB" if in_memory else f"{measurement.budget:.2f}"
    verdict = "OVER" if result.over else "holds" if result.ratio is not None else "not measured"
    if measurement.budget == inf:
        budget = verdict = ""
    return (
        measurement.what,
        shown(result.ours, measurement.things),
        shown(result.base, measurement.things),
        ratio,
        budget,
        verdict,
        measurement.against,
    )


def _seconds(seconds: float | None, things: int) -> str:
    """The time of one thing, in the unit that reads best."""
    if seconds is None:
        return ""
    each = seconds / things
    return f"{each * 1e3:.1f} ms" if each >= 1e-3 else f"{each * 1e6:.1f} µs"


def _megabytes(amount: float | None, _things: int) -> str:
    return "" if amount is None else f"{amount:.0f} MB"
