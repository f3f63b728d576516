"""Rival processes, and what they said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.places import SOURCE_ROOTS
from tests.rivals import rival

LONG = bool(os.environ.get("CRM_LONG"))
"""Whether the long version runs: `make rivals`."""


class Told(NamedTuple):
    """One command line and what came of it."""

    words: list[str]
    code: int
    out: str
    err: str


class Rival:
    """One process; start it once, give it tasks."""

    def __init__(self) -> None:
        paths = os.pathsep.join(str(folder) for folder in SOURCE_ROOTS)
        self.process = subprocess.Popen(
            [sys.executable, str(Path(rival.__file__))],
            env={**{k: v for k, v in os.environ.items() if k != "CRM_NOW"}, "PYTHONPATH": paths},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self, lines: Sequence[Sequence[str]], **more: object) -> None:
        """Give a task and do not wait."""
        self._say(json.dumps({"run": [list(words) for words in lines], **more}))

    def answer(self) -> list[Told]:
        """Wait for the end of the task."""
        return [Told(*one) for one in self._hear()]

    def stopped(self) -> str:
        """Wait until it stands where it was told to stop; the step's name."""
        found = self._hear()
        assert isinstance(found, dict), found
        return str(found["at"])

    def go_on(self) -> list[Told]:
        """Let it go on, and wait for the end."""
        self._say("")
        return self.answer()

    def crm(self, *words: str, **more: object) -> Told:
        """Run one command line and wait for it."""
        self.tell([words], **more)
        return self.answer()[0]

    def end(self) -> None:
        """Let the process go."""
        self.process.communicate()

    def _say(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def _hear(self) -> Any:  # noqa: ANN401 - whatever the JSON is
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())
