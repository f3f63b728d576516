"""One shell for the commands of one page, in a folder and an environment of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.cli.runner.page import Shown
from tests.environment import LEAKS, NOW, hermetic_variables
from tests.starter import write_entry_points

LIMIT = 300
"""Seconds before a page that hangs is stopped."""

DRIVER = """\
for step in "$STEPS"/*.sh; do
    number=$((${number:-0} + 1))
    export CRM_RANDOM=$number
    . "$step" >"${step%.sh}.out" 2>"${step%.sh}.err" </dev/null
    echo $? >"${step%.sh}.code"
done
"""
"""Sources each command in the one shell, so that `cd` and `export` last. Each gets its own seed: a process draws the
same letters every time, and two commands must not draw the same."""


class SessionError(Exception):
    """The shell ended before the last command, or did not end at all."""


class Session:
    """A root folder with an empty book folder to start in, a home, and `crm` first on PATH."""

    def __init__(self, root: Path, variables: Mapping[str, str] | None = None) -> None:
        self.root = root.resolve()
        self.book = self._make("book")
        self._steps = self._make("steps")
        self.variables = self._environment(variables or {})
        self._names = {str(self.root): "ROOT"} | {value: f"${name}" for name, value in (variables or {}).items()}

    def run(self, commands: Sequence[str]) -> list[Shown]:
        """Run the commands one after the other in one shell; raises SessionError if one of them ends the shell."""
        width = len(str(len(commands)))
        steps = [self._steps / f"{number:0{width}}.sh" for number in range(len(commands))]
        for step, command in zip(steps, commands, strict=True):
            step.write_text(f"{command}\n", encoding="utf-8")
        if steps:
            self._drive()
        return [self._shown(step, command) for step, command in zip(steps, commands, strict=True)]

    def _make(self, name: str) -> Path:
        folder = self.root / name
        folder.mkdir()
        return folder

    def _environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        """The machine's variables without what would show, ours, then the page's own."""
        ours = hermetic_variables(self.root / "home")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", *LEAKS))}
        path = os.pathsep.join([str(self._entry_points()), str(Path(sys.executable).parent), kept.get("PATH", "")])
        fixed = {
            "PATH": path,
            "CRM_NOW": NOW,
            "GIT_AUTHOR_DATE": NOW,
            "GIT_COMMITTER_DATE": NOW,
            "GIT_CEILING_DIRECTORIES": str(self.root),
            "TMPDIR": str(self._make("tmp")),
            "STEPS": str(self._steps),
        }
        return kept | ours | fixed | dict(variables)

    def _entry_points(self) -> Path:
        """`crm` and `crmcli` as an installation would make them, over the sources under test."""
        folder = self._make("bin")
        write_entry_points(folder)
        return folder

    def _drive(self) -> None:
        """Run the shell, and end all it started when it takes too long."""
        shell = subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-c", DRIVER],
            cwd=self.book,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            shell.wait(LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(shell.pid, signal.SIGKILL)
            shell.wait()
            message = f"the shell did not end within {LIMIT} s"
            raise SessionError(message) from None

    def _shown(self, step: Path, command: str) -> Shown:
        """What one command printed, with the places of this run named instead of spelt out."""
        code = step.with_suffix(".code")
        if not code.exists():
            message = f"the shell ended before `{command}` was over"
            raise SessionError(message)
        stdout, stderr = (self._lines(step.with_suffix(suffix)) for suffix in (".out", ".err"))
        return Shown(stdout, stderr, int(code.read_text(encoding="ascii")))

    def _lines(self, output: Path) -> tuple[str, ...]:
        text = output.read_text(encoding="utf-8", errors="backslashreplace")
        for place in sorted(self._names, key=len, reverse=True):
            text = text.replace(place, self._names[place])
        return tuple(text.removesuffix("\n").split("\n")) if text else ()
