"""What a process costs: CPU, wall time, peak memory, of itself and all it started."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SOURCE_ROOTS = (ROOT, ROOT / "formats", ROOT / "hooks", ROOT / "tui")


class Spend(NamedTuple):
    """Seconds of CPU (user and system), seconds on the wall, peak resident memory in MB."""

    cpu: float
    wall: float
    peak: float


class Program(NamedTuple):
    """A whole process, from start to end: what a person waits for. Its output goes to a file, as a script's would."""

    words: tuple[str, ...]
    folder: Path
    variables: tuple[tuple[str, str], ...] = ()


class Piece(NamedTuple):
    """Work inside a process: `module:function` is called with `words` and returns the work, which alone is measured."""

    function: str
    words: tuple[str, ...]


class Asked(NamedTuple):
    """Work of something that stays open between the runs (a book, a shell), which says itself what it cost."""

    work: Callable[[], Spend]


Side = Program | Piece | Asked


class RunFailedError(Exception):
    """A side that does not work cannot be measured."""

    def __init__(self, words: tuple[str, ...], code: int, output: str) -> None:
        super().__init__(f"exit {code}: {' '.join(words)}\n{output[-2000:]}")


def spend(side: Side) -> Spend:
    """Run one side once; raises RunFailedError when it exits with anything but 0."""
    if isinstance(side, Asked):
        return side.work()
    if isinstance(side, Program):
        return output_of(side)[0]
    words = (sys.executable, "-m", "benchmarks.piece", side.function, *side.words)
    whole, output = output_of(Program(words, ROOT))
    inner = json.loads(output.splitlines()[-1])
    return Spend(inner["cpu"], inner["wall"], whole.peak)


_WATCH = """import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)"""


def peak(program: Program) -> Spend:
    """Run one program under a small process: the kernel counts the memory of who starts it as its own."""
    small = (sys.executable, "-S", "-c", _WATCH, *program.words)
    spent, said = output_of(program._replace(words=small))
    return spent._replace(peak=_megabytes(int(said.split()[-1])))


def output_of(program: Program) -> tuple[Spend, str]:
    """Start it, wait for it alone, and take what the kernel counted for it and its children."""
    path = os.pathsep.join(map(str, SOURCE_ROOTS))
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            program.words,
            cwd=program.folder,
            env={**os.environ, "PYTHONPATH": path, **dict(program.variables)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    if process.returncode:
        raise RunFailedError(program.words, process.returncode, text)
    return Spend(used.ru_utime + used.ru_stime, wall, _megabytes(used.ru_maxrss)), text


def _megabytes(maximum: int) -> float:
    """`ru_maxrss` is in kilobytes on Linux, in bytes on macOS (getrusage(2))."""
    return maximum / (1024 * 1024 if sys.platform == "darwin" else 1024)
