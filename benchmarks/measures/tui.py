"""The TUI: what one waits for from its start to the first frame and to the queue, and from a key to what it shows.

Beside an empty Textual program in the same minutes: its first frame, and a key that changes a line.
"""

from __future__ import annotations

import json
import sys
import time
from math import inf

from benchmarks.ground import Ground
from benchmarks.measurement import Measurement
from benchmarks.paint import BEGAN
from benchmarks.spend import ROOT, Asked, Program, Spend, output_of
from benchmarks.trade.book import ITS_MOMENT, its_moment, trade_book

SMALL = 1_000
"""Customers of the small book; the large one has as many as the run asks for (`--size`)."""
EVENTS_EACH = 10
"""Changes and log lines of each customer, in both."""
START = (("first frame", "frame"), ("queue shown", "queue"))
KEYS = (("down: brief shown", "brief"), ("down during a look: brief shown", "brief-look"), ("l: form shown", "form"))
MOST = 5


def measurements(ground: Ground) -> list[Measurement]:
    """Each mark by CPU and by the clock on the wall, in a small and in a large book."""
    found = []
    for customers in sorted({min(SMALL, ground.size), ground.size}):
        with its_moment():
            book = str(trade_book(ground.kept, customers, customers * EVENTS_EACH))
        for marks, base, against in ((START, "frame", "an empty program"), (KEYS, "key", "a key in an empty program")):
            for what, mark in marks:
                found += [
                    Measurement(
                        f"tui, {customers:,} customers: {what}, {clock}", inf, paint(mark, book), paint(base), against,
                        clock=clock, most=MOST,
                    )
                    for clock in ("cpu", "wall")
                ]  # fmt: skip
    return found


def paint(mark: str, *book: str) -> Asked:
    """A run of the program up to a mark."""

    def work() -> Spend:
        words = (sys.executable, "-m", "benchmarks.paint", mark, *book)
        variables = (*ITS_MOMENT, (BEGAN, repr(time.time())))
        spent, output = output_of(Program(words, ROOT, variables))
        inner = json.loads(output.splitlines()[-1])
        return Spend(inner["cpu"], inner["wall"], spent.peak)

    return Asked(work)
