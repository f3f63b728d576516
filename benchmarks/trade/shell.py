"""A sqlite3 shell that stays open on one index, as an analyst's would: its own `.timer` says what a question costs."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from benchmarks.baselines.programs import ShellMissingError
from benchmarks.spend import Spend

_TIMER = re.compile(r"Run Time: real ([\d.]+) user ([\d.]+) sys ([\d.]+)")
_END = "that was all"


class Answer(NamedTuple):
    """The rows, each as tab-separated text, and what they cost by the shell's own clock."""

    rows: list[str]
    spend: Spend


class Shell:
    """One process, begun by the first question, one connection: pages and statistics stay until the last."""

    def __init__(self, database: Path, folder: Path) -> None:
        program = shutil.which("sqlite3")
        if not program:
            raise ShellMissingError
        self._words = (program, "-batch", "-tabs", str(database))
        self._output = folder / "answer.tsv"

    @cached_property
    def _process(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self._words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def ask(self, question: str, before: str = "", after: str = "") -> Answer:
        """Run a question whose rows go to a file; `before` and `after` are not counted. Raises ValueError with what the shell says."""
        reader, writer = self._process.stdout, self._process.stdin
        if reader is None or writer is None:
            raise BrokenPipeError
        text = f"{before}\n.timer on\n.once {self._output}\n{question.strip().rstrip(';')};\n.timer off\n{after}\n.print {_END}\n"
        writer.write(text)
        writer.flush()
        said: list[str] = []
        while (line := reader.readline()).strip() != _END:
            if not line:
                raise BrokenPipeError
            said.append(line)
        timed = _TIMER.search("".join(said))
        if timed is None or any("rror" in line for line in said):
            raise ValueError("".join(said))
        real, user, system = map(float, timed.groups())
        rows = self._output.read_text(encoding="utf-8").splitlines()
        return Answer(rows, Spend(user + system, real, 0.0))
