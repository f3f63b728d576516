"""`python -m tests.sim`: the long version, which `make sim` runs; the last lines count."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.sim.doing import ALL_DOINGS
from tests.sim.play import Plan, make_stage, play_all

_BREATH = 100
"""Histories after which a long run says how far it is."""


def main() -> int:
    """Play histories until the count or the time is reached, or SIGTERM comes; print what is wrong with its seed."""
    options = arguments().parse_args()
    stops: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stops.append(number))
    begun = time.monotonic()
    plan = Plan(options.seed, options.histories, options.clones, options.length, options.minutes, ALL_DOINGS)
    bad = doings = events = 0
    sizes: Counter[int] = Counter()
    with tempfile.TemporaryDirectory(prefix="crm-sim-", dir=options.folder) as home:
        for ended in play_all(Path(home), make_stage(Path(home)), plan):
            sizes[ended.clones] += 1
            doings, events = doings + ended.doings, events + ended.events
            if ended.troubles:
                bad += 1
                told = [f"  | {line}" for line in ended.told] if options.told else []
                say([f"seed {ended.seed}:", *(f"  {line}" for line in ended.troubles[:20]), *told])
            if sizes.total() % _BREATH == 0:
                say([f"{sizes.total()} histories, {bad} with troubles, {(time.monotonic() - begun) / 60:.1f} min"])
            if stops:
                break
    minutes = (time.monotonic() - begun) / 60
    each = ", ".join(f"{number} of {size} clones" for size, number in sorted(sizes.items()))
    say([f"{sizes.total()} histories from seed {options.seed} ({each}): {doings} doings, {events} acknowledged events"])
    say([f"{bad} with troubles, {minutes:.1f} min"])
    return int(bad > 0)


def say(lines: list[str]) -> None:
    """Write lines at once."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def arguments() -> argparse.ArgumentParser:
    """The words of the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.sim", description="Random histories of a team on git.")
    parser.add_argument("--histories", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1, help="of the first history")
    parser.add_argument("--clones", type=int, default=0, help="how many (default: 2 to 5, by the seed)")
    parser.add_argument("--length", type=int, default=0, help="doings (default: 6 to 40, by the seed)")
    parser.add_argument("--minutes", type=float, default=0.0, help="stop after so many")
    parser.add_argument("--told", action="store_true", help="print what was done in a history that went wrong")
    parser.add_argument("--folder", default=None)
    return parser


if __name__ == "__main__":
    sys.exit(main())
