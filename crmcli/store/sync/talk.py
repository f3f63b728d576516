"""Git as a sync talks to it: with exit codes, in an index of its own, and over the network without ever waiting for an answer.

Commits and pushes run in the environment of whoever called, since hooks of theirs run with them.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from crmcli.store import network
from crmcli.store.git import GitFailedError, GitMissingError, Repository

_SETTINGS = ("-c", "core.quotepath=off", "-c", "core.fsmonitor=false", "-c", "log.showSignature=false")


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


class Talk:
    """The repository being talked to; `watched`: somebody sits at a terminal and can answer git's questions."""

    __slots__ = ("_last", "_settings", "repository", "watched")

    def __init__(self, repository: Repository, *, watched: bool = False) -> None:
        self.repository = repository
        self.watched = watched
        self._settings: dict[str, str] | None = None
        self._last: tuple[tuple[str, ...], str] = ((), "")

    @property
    def top(self) -> Path:
        """Its work tree."""
        return self.repository.top

    def says(
        self, *words: str, stdin: bytes | None = None, index: Path | None = None, more: Mapping[str, str] | None = None
    ) -> Said:
        """Run git and return what it said, whatever its exit code; raises `GitMissingError` without git."""
        environment = network.environment() | dict(more or {})
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

    def lasting(self, *words: str) -> str:
        """What git says of commits and trees, which is the same whenever it is asked; twice running, it is asked once."""
        if self._last[0] != words:
            self._last = (words, self.must(*words))
        return self._last[1]

    def far(self, *words: str, stdin: bytes | None = None) -> Said:
        """Talk to a remote. Where nobody watches, git asks for no password and no fingerprint: it fails and says so."""
        more = _PLAINLY if self.watched else _PLAINLY | network.unasked(self.settings)
        return self.says(*words, stdin=stdin, more=more)

    @property
    def settings(self) -> Mapping[str, str]:
        """Git's settings, by name in small letters (but for a branch's own part), asked once."""
        if self._settings is None:
            self._settings = network.settings_in(self.says("config", "-z", "--list", more=_PLAINLY).out)
        return self._settings

    def set(self, name: str, value: str) -> None:
        """Change a setting of this repository."""
        self.must("config", name, value)
        self._settings = None


_PLAINLY = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
"""For what is read by a program: git's own words, in its own language."""
