"""Git as a sync talks to it: with exit codes, in an index of its own, and over the network without ever waiting for an answer.

Commits and pushes run in the environment of whoever called, since hooks of theirs run with them.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from crmcli.store.git import GitFailedError, GitMissingError, Repository

_SETTINGS = ("-c", "core.quotepath=off", "-c", "core.fsmonitor=false", "-c", "log.showSignature=false")

_ELSEWHERE = frozenset(
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_NAMESPACE",
     "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_GRAFT_FILE", "GIT_SHALLOW_FILE",
     "GIT_QUARANTINE_PATH", "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"],
)  # fmt: skip
"""What a git that called us (a hook) has set, and what would lead away from the repository the book lies in."""


class Said(NamedTuple):
    """A command's exit code, and what it said."""

    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        """What went wrong, as git said it: lines without git's own decoration."""
        lines = (line.strip() for line in (self.err or self.out).splitlines())
        kept = [line for line in lines if line and not line.startswith("hint:")]
        return "\n".join(kept) or f"exit {self.code}"


class Talk(NamedTuple):
    """The repository being talked to; `watched`: somebody sits at a terminal and can answer git's questions."""

    repository: Repository
    watched: bool = False

    @property
    def top(self) -> Path:
        """Its work tree."""
        return self.repository.top

    def says(
        self, *words: str, stdin: bytes | None = None, index: Path | None = None, more: Mapping[str, str] | None = None
    ) -> Said:
        """Run git and return what it said, whatever its exit code; raises `GitMissingError` without git."""
        environment = _environment() | dict(more or {})
        if index is not None:
            environment["GIT_INDEX_FILE"] = os.fspath(index)
        try:
            done = subprocess.run(  # noqa: S603 - fixed words, no shell
                ["git", *_SETTINGS, *words],  # noqa: S607 - git from PATH, as the user runs it
                cwd=self.top,
                env=environment,
                input=b"" if stdin is None else stdin,
                capture_output=True,
                check=False,
            )
        except FileNotFoundError:
            raise GitMissingError from None
        out, err = (text.decode("utf-8", "surrogateescape") for text in (done.stdout, done.stderr))
        return Said(done.returncode, out, err)

    def ask(self, *words: str) -> str:
        """What git answers in one line, "" where it answers with a failure."""
        said = self.says(*words, more=_PLAINLY)
        return said.out.strip() if said.code == 0 else ""

    def must(self, *words: str, stdin: bytes | None = None, index: Path | None = None) -> str:
        """What git says; raises `GitFailedError` (exit 1)."""
        said = self.says(*words, stdin=stdin, index=index, more=_PLAINLY)
        if said.code:
            raise GitFailedError(next(word for word in words if not word.startswith("-")), said.words)
        return said.out

    def far(self, *words: str) -> Said:
        """Talk to a remote. Where nobody watches, git asks for no password and no fingerprint: it fails and says so."""
        return self.says(*words, more=_PLAINLY if self.watched else _PLAINLY | self._unasked())

    def _unasked(self) -> dict[str, str]:
        """The variables under which nothing that git starts asks a person."""
        quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "SSH_ASKPASS": "", "GCM_INTERACTIVE": "never"}
        program = os.environ.get("GIT_SSH_COMMAND") or self.ask("config", "core.sshCommand")
        if not program and (os.environ.get("GIT_SSH") or self.ask("config", "ssh.variant")):
            return quiet  # a program whose options nobody knows
        return quiet | {"GIT_SSH_COMMAND": f"{program or 'ssh'} -o BatchMode=yes"}


_PLAINLY = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
"""For what is read by a program: git's own words, in its own language."""


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
