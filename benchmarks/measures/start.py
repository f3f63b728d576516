"""Any read command on a small book, the whole process."""

from __future__ import annotations

import sys

from benchmarks.baselines.programs import START, start
from benchmarks.ground import Ground
from benchmarks.measurement import Measurement
from benchmarks.spend import Program

COMMANDS = (("customers", "country:DE", "--limit", "20"),)


def measurements(ground: Ground) -> list[Measurement]:
    """Read commands against Python starting with the libraries they need."""
    base = start(ground.root)
    return [
        Measurement(f"crm {words[0]}, {count:,} records", 1.4, _crm(ground, count, words), base, f'python -c "{START}"')
        for count in (1_000, 10_000)
        for words in COMMANDS
    ]


def _crm(ground: Ground, count: int, words: tuple[str, ...]) -> Program:
    return Program((sys.executable, "-m", "crmcli", *words), ground.book(count))
