"""The child that measures a piece: `python -m benchmarks.piece module:function WORD…`.

The function prepares (imports, opens) and returns the work as a callable; only calling that is measured. The last line
of output is a JSON object with `cpu` and `wall` in seconds.
"""

from __future__ import annotations

import gc
import importlib
import json
import resource
import sys
import time


def cpu_so_far() -> float:
    """Seconds of CPU of this process and the children it has waited for."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def main() -> None:
    """Prepare, measure, report."""
    module, _, function = sys.argv[1].partition(":")
    work = getattr(importlib.import_module(module), function)(*sys.argv[2:])
    gc.collect()
    cpu, wall = cpu_so_far(), time.perf_counter()
    work()
    print("\n" + json.dumps({"cpu": cpu_so_far() - cpu, "wall": time.perf_counter() - wall}))


if __name__ == "__main__":
    main()
