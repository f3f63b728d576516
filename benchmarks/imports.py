"""What imports of a large file cost: for the first time, the same file again, and with a change in every row.

`python -m benchmarks import` prints the table. Each import is a whole process, under the kernel's count of CPU and memory. Beside it
run, in the same minutes, a bare loop that reads the rows and writes the same records and one journal, synced once, and `sqlite-utils
insert` of the same file into a table whose key is the name, replacing rows from the second time on.
"""

from __future__ import annotations

import csv
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.ground import Ground
from benchmarks.measures.importing import empty_book, table_of
from benchmarks.spend import Piece, Program, Spend, peak, spend
from benchmarks.table import columns

ROWS = 100_000
HEAD = ("import", "crm", "bare loop", "ratio", "sqlite-utils", "ratio", "peak of crm", "of sqlite-utils")
CASES = ("the first time", "the same file again", "every row changed")


class Costs(NamedTuple):
    """One import, and what stands beside it."""

    crm: Spend
    loop: Spend
    rival: Spend


def imports(folder: Path, rows: int, runs: int) -> str:
    """Measure each case `runs` times, each time in a fresh book; the table."""
    with tempfile.TemporaryDirectory(prefix="crm-bench-", dir=folder) as root:
        ground = Ground(Path(root), rows)
        table = table_of(ground)
        tables = (table, table, _changed(table))
        found = [list(map(_told, CASES, _run(ground, tables, turn))) for turn in range(runs)]
    lines = [_line(case, costs) for case, costs in zip(CASES, zip(*found, strict=True), strict=True)]
    return columns([HEAD, *lines])


def _changed(table: Path) -> Path:
    """The same rows, each with another address."""
    path = table.with_name(f"changed-{table.name}")
    with table.open(encoding="utf-8", newline="") as old, path.open("w", encoding="utf-8", newline="") as new:
        rows = csv.DictReader(old)
        writer = csv.DictWriter(new, list(rows.fieldnames or ()))
        writer.writeheader()
        writer.writerows({**row, "email": f"new.{row['email']}"} for row in rows)
    return path


def _run(ground: Ground, tables: tuple[Path, ...], turn: int) -> Iterator[Costs]:
    root = ground.root / f"run-{turn}"
    shutil.copytree(empty_book(ground), root)
    database = ground.root / f"rows-{turn}.db"
    for place, table in enumerate(tables):
        crm = Program((sys.executable, "-m", "crmcli", "import", str(table), "--as", "customers"), root)
        loop = Piece("benchmarks.baselines.import_loop:write_records", (str(table), str(ground.empty("looped"))))
        words = (
            "insert",
            str(database),
            "customers",
            str(table),
            "--csv",
            "--pk",
            "name",
            *["--replace"][: min(place, 1)],
        )
        rival = Program((sys.executable, "-m", "sqlite_utils", *words), ground.root)
        yield Costs(peak(crm), spend(loop), peak(rival))
        shutil.rmtree(ground.root / "looped")
    shutil.rmtree(root)
    database.unlink()


def _told(case: str, costs: Costs) -> Costs:
    print(f"{case}: {' '.join(f'{cost.cpu:.1f} s {cost.peak:.0f} MB' for cost in costs)}", file=sys.stderr, flush=True)
    return costs


def _line(case: str, costs: tuple[Costs, ...]) -> tuple[str, ...]:
    """Medians of CPU and of its ratios, the most memory."""
    crm, loop, rival = (median(cost[side].cpu for cost in costs) for side in range(3))
    to_loop, to_rival = (median(cost.crm.cpu / cost[side].cpu for cost in costs) for side in (1, 2))
    most = [max(cost[side].peak for cost in costs) for side in (0, 2)]
    seconds = [f"{crm:.1f} s", f"{loop:.1f} s", f"{to_loop:.2f}", f"{rival:.1f} s", f"{to_rival:.2f}"]
    return (case, *seconds, *(f"{amount:.0f} MB" for amount in most))
