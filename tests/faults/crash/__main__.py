"""`python -m tests.faults.crash`: every kind of change × every step × every way to go wrong, then random histories.

Prints the counts, and for every promise that did not hold what was done and what was found. Exits 1 when there is one.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from tests.faults.crash.kinds import KINDS, by_name
from tests.faults.crash.sequences import run_history
from tests.faults.crash.stage import ERRORS, Stage
from tests.faults.crash.stops import Case, Stop, deaths, failures, make_stage, power_cuts

WAYS = ("death", "power", "error")
SHOWN = 20
"""Broken promises that are written out; the rest are only counted."""


def main(words: list[str], out: TextIO) -> int:
    """Run what was asked for."""
    asked = _parser().parse_args(words)
    began, seed = time.monotonic(), asked.seed if asked.seed is not None else random.randrange(10**6)  # noqa: S311
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="crash-", dir=os.environ.get("CRASH_HOME")) as home:
        stage = make_stage(Path(home).resolve())
        _all_steps(stage, asked, counts, out)
        end = began + 60 * asked.minutes
        number = 0
        while number < asked.histories or (asked.minutes and time.monotonic() < end):
            _history(stage, seed + number, asked.turns, counts, out)
            number += 1
    took = time.monotonic() - began
    print(f"{_said(counts)}; seed {seed}, {took:.0f} s", file=out)
    return 1 if counts["broken"] else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.crash", description=__doc__)
    parser.add_argument("--kinds", default="", help="only these, with commas")
    parser.add_argument("--ways", default=",".join(WAYS), help="death, power, error")
    parser.add_argument("--every", type=int, default=1, help="only every nth step, with another offset for each kind")
    parser.add_argument("--cuts", type=int, default=3, help="power failures tried at each step")
    parser.add_argument("--part", default="0/1", help="I/N: the I-th of N parts of the kinds")
    parser.add_argument("--histories", type=int, default=40, help="random histories")
    parser.add_argument("--turns", type=int, default=12, help="changes in each")
    parser.add_argument("--minutes", type=float, default=0, help="go on with histories until then")
    parser.add_argument("--seed", type=int, help="of the first history; the others count up")
    return parser


def _all_steps(stage: Stage, asked: argparse.Namespace, counts: Counter[str], out: TextIO) -> None:
    part, parts = (int(number) for number in asked.part.split("/"))
    for kind in by_name(asked.kinds)[part::parts]:
        case = Case(stage, kind)
        counts["kinds"] += 1
        counts["steps"] += len(case.steps)
        offset = KINDS.index(kind)
        own: Counter[str] = Counter()
        if case.wrong:
            own["broken"] += 1
            print(f"{kind.name}: wrong when nothing happens: {case.wrong}", file=out)
        for way in asked.ways.split(","):
            for stop in _stops(case, way, asked, offset):
                own[way] += 1
                broken = case.stop(stop)
                own["broken"] += broken is not None
                if broken and counts["broken"] + own["broken"] <= SHOWN:
                    print(broken, file=out)
        own["strayed"] = case.strayed
        counts += own
        print(f"{kind.name}: {len(case.steps)} steps, {_said(own)}", file=out, flush=True)


def _stops(case: Case, way: str, asked: argparse.Namespace, offset: int) -> Iterator[Stop]:
    if way == "death":
        return deaths(case, asked.every, offset)
    if way == "power":
        return power_cuts(case, asked.every, offset + 1, asked.cuts)
    return failures(case, asked.every, offset + 2, ERRORS)


def _history(stage: Stage, seed: int, turns: int, counts: Counter[str], out: TextIO) -> None:
    history = run_history(stage, seed, turns)
    counts["histories"] += 1
    counts["turns"] += history.turns
    counts["deaths in histories"] += history.deaths
    if history.troubles:
        counts["broken"] += 1
        print("\n".join([f"history {seed}:", *(f"  {trouble}" for trouble in history.troubles)]), file=out, flush=True)


def _said(counts: Counter[str]) -> str:
    words = {"death": "deaths", "power": "power failures", "error": "disk errors"}
    return ", ".join(
        f"{number} {words.get(name, name)}" for name, number in (Counter({"broken": 0}) | counts).items()
    ) + ("" if counts["broken"] else ", 0 broken")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdout))
