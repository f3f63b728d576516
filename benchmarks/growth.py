"""How the main commands grow with the book: CPU and memory of whole processes at 1,000, 10,000 and 100,000 customers.

`python -m benchmarks growth` prints the table. The books are those of the questions, with ten changes and log lines for each
customer. Commands that write do so in a copy of hard links, which has a journal and an index of its own: crm replaces files
and never writes into them.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.spend import Program, Spend, peak
from benchmarks.table import columns
from benchmarks.trade.book import ITS_MOMENT, its_moment, trade_book
from benchmarks.trade.questions import FIND_WORDS

SIZES = (1_000, 10_000, 100_000)
EVENTS_EACH = 10
ROWS = 1_000
"""Of a file to import: the same for every size."""

_MAP = 'to = "customer"\ncolumns = { Name = "name", Country = "country" }\n'


class Line(NamedTuple):
    """A command: what it is called, its words (`{turn}` is another number in every run), whether it is run only once."""

    what: str
    words: tuple[str, ...]
    once: bool = False


LINES = (
    Line("building the index: reindex", ("reindex",), once=True),
    Line("a list: customers country:DE +fair", ("customers", "country:DE", "+fair", "--format", "tsv")),
    Line("today", ("today",)),
    Line("show", ("show", "company-000001")),
    Line("brief", ("brief", "company-000001")),
    Line("find: the first time", ("find", *FIND_WORDS), once=True),
    Line(f"find {' '.join(FIND_WORDS)}", ("find", *FIND_WORDS)),
    Line("report pipeline", ("report", "pipeline")),
    Line("customers --as-of -90d", ("customers", "country:DE", "--as-of", "-90d", "--format", "tsv")),
    Line("check", ("check",)),
    Line("set", ("set", "company-000001", "size={turn}")),
    Line(f"import of {ROWS:,} rows", ("import", "rows-{turn}.csv", "--as", "growth", "--yes")),
)


def growth(folder: Path, sizes: Sequence[int], runs: int) -> str:
    """Measure every line in every size; the table."""
    costs = [dict(_costs(folder, size, runs)) for size in sizes]
    head = ("whole command", *(f"{size:,} customers" for size in sizes))
    rows = [(line.what, *(_cell(found[line.what]) for found in costs)) for line in LINES]
    return columns([head, *rows])


def _costs(folder: Path, size: int, runs: int) -> Iterator[tuple[str, Spend]]:
    with its_moment():
        root = _copy(trade_book(folder / "crm-bench-kept", size, size * EVENTS_EACH), folder / f"growth-{size}")
    try:
        for line in LINES:
            cost = _cost(root, line, runs)
            print(f"{size:,}: {line.what}: {_cell(cost)}", file=sys.stderr, flush=True)
            yield line.what, cost
    finally:
        shutil.rmtree(root)


def _cost(root: Path, line: Line, runs: int) -> Spend:
    """The medians of CPU and clock, the most memory; after a run that does not count, where it may be run again."""
    turns = range(1) if line.once else range(runs + 1)
    spent = [_run(root, line, turn) for turn in turns][0 if line.once else 1 :]
    cpu, wall, most = zip(*spent, strict=True)
    return Spend(median(cpu), median(wall), max(most))


def _run(root: Path, line: Line, turn: int) -> Spend:
    words = [word.replace("{turn}", str(turn)) for word in line.words]
    if "import" in words:
        rows = "".join(f"Growth {turn} {number} GmbH,NO\n" for number in range(ROWS))
        (root / f"rows-{turn}.csv").write_text(f"Name,Country\n{rows}", encoding="utf-8")
    crm = (sys.executable, "-m", "crmcli", *words)
    return peak(Program(crm, root, (*ITS_MOMENT[:1], ("CRM_RANDOM", f"{turn}"), ("CRM_ME", "member-07"))))


def _copy(made: Path, root: Path) -> Path:
    """The book with other names for the same files, and no `.crm`."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(made, root, copy_function=os.link, ignore=shutil.ignore_patterns(".crm"))
    (root / "imports").mkdir(exist_ok=True)
    (root / "imports" / "growth.toml").write_text(_MAP, encoding="utf-8")
    return root


def _cell(cost: Spend) -> str:
    return f"{cost.cpu:,.2f} s, {cost.peak:.0f} MB"
