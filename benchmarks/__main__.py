"""`python -m benchmarks [NAME…]`: measure all budgets, or the named ones, and print the table."""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.ground import Ground
from benchmarks.measurement import Result, measure
from benchmarks.registry import measure_named, measure_names
from benchmarks.table import table

GROWTH = "growth"
IMPORT = "import"


def main() -> int:
    """Print the table; 1 when a budget is broken."""
    parser = arguments()
    options = parser.parse_args()
    if options.names == [GROWTH]:
        return show_growth(options.folder, options.runs)
    if options.names == [IMPORT]:
        return show_imports(options.folder, options.runs)
    if unknown := set(options.names).difference(measure_names()):
        parser.error(f"no such measure: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory(prefix="crm-bench-", dir=options.folder) as root:
        ground = Ground(Path(root), options.size, options.events)
        results = list(run(options.names or measure_names(), ground, options.runs, options.only))
    print(f"Python {platform.python_version()}, {platform.system()}, {options.runs} runs, {options.size} records")
    print(table(results))
    return int(any(result.over for result in results))


def show_growth(folder: str | None, runs: int) -> int:
    """Print how the main commands grow with the book."""
    from benchmarks.growth import SIZES, growth  # noqa: PLC0415 - takes many minutes, asked for by name

    print(f"Python {platform.python_version()}, {platform.system()}, {runs} runs")
    print(growth(Path(folder or tempfile.gettempdir()), SIZES, runs))
    return 0


def show_imports(folder: str | None, runs: int) -> int:
    """Print what imports of a large file cost."""
    from benchmarks.imports import ROWS, imports  # noqa: PLC0415 - takes many minutes, asked for by name

    print(f"Python {platform.python_version()}, {platform.system()}, {runs} runs, {ROWS:,} rows of CSV")
    print(imports(Path(folder or tempfile.gettempdir()), ROWS, runs))
    return 0


def arguments() -> argparse.ArgumentParser:
    """The words of the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the budgets.")
    known = ", ".join([*measure_names(), f"or {GROWTH} or {IMPORT} alone"])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"files of benchmarks/measures: {known}")
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each side (default 5)")
    parser.add_argument("--size", type=int, default=10_000, help="records in the large measurements (default 10000)")
    parser.add_argument("--only", default="", help="measure only lines that hold this text")
    parser.add_argument("--events", type=int, default=1_000_000, help="of the questions' book (default 1000000)")
    parser.add_argument("--folder", default=None, help="where to make the material (default: the temporary folder)")
    return parser


def run(names: list[str], ground: Ground, runs: int, only: str = "") -> Iterator[Result]:
    """Measure one after the other, those whose line holds `only`, and say on stderr what came out."""
    for name in names:
        for measurement in measure_named(name)(ground):
            if only not in measurement.what:
                continue
            print(f"{measurement.what} …", file=sys.stderr)
            result = measure(measurement, runs)
            print(table([result]).splitlines()[-1], file=sys.stderr, flush=True)
            yield result


if __name__ == "__main__":
    sys.exit(main())
