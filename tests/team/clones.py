"""Clones of one book, with real git and `crm` on PATH, as git's driver and hook need it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.environment import LEAKS, hermetic_variables
from tests.starter import write_entry_points

ANNA, LI = "anna@kern.example", "li@kern.example"


class Said(NamedTuple):
    """What a program said, and its exit code."""

    code: int
    out: str
    err: str


class Clone:
    """One clone: a folder, whoever works in it, and a clock that goes a minute on with every command."""

    def __init__(self, top: Path, variables: Mapping[str, str], mail: str, book: str = "") -> None:
        self.top = top
        self.root = top / book
        self._variables = dict(variables) | {"GIT_AUTHOR_EMAIL": mail, "GIT_COMMITTER_EMAIL": mail}
        self._minute = 0
        self.day = "2026-11-20"

    def git(self, *words: str, fails: bool = False) -> str:
        """Run git; raises unless it fails exactly when it should."""
        said = self._run("git", *words, where=self.top)
        assert (said.code != 0) == fails, f"git {' '.join(words)}: {said}"
        return said.out

    def crm(self, *words: str, code: int = 0) -> str:
        """Run crm; raises unless its exit code is the one expected."""
        said = self.says(*words)
        assert said.code == code, f"crm {' '.join(words)}: {said}"
        return said.out

    def says(self, *words: str) -> Said:
        """Run crm, whatever comes of it."""
        return self._run("crm", *words, where=self.root)

    def read(self, path: str) -> str:
        """A file of the book."""
        return (self.root / path).read_bytes().decode()

    def edit(self, path: str, *changes: tuple[str, str]) -> None:
        """Change a file by hand."""
        text = self.read(path)
        for old, new in changes:
            assert old in text, (path, old)
            text = text.replace(old, new)
        (self.root / path).write_bytes(text.encode())

    def commit(self, message: str = "work") -> None:
        """Commit everything."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def without_driver(self) -> None:
        """Merge as a git host does."""
        self.git("config", "merge.crm.driver", "git merge-file -L ours -L base -L theirs %A %O %B")

    def _run(self, *words: str, where: Path) -> Said:
        self._minute += 1
        now = f"{self.day}T10:{self._minute % 60:02}:00+01:00"
        variables = self._variables | {"CRM_NOW": now, "GIT_AUTHOR_DATE": now, "GIT_COMMITTER_DATE": now}
        done = subprocess.run(
            words, cwd=where, env=variables, capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=300
        )
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


class Team:
    """A bare remote and whoever cloned it. `book` is the book's folder in its repository, "" when it is its own."""

    def __init__(self, place: Path, book: str = "") -> None:
        self._place = place
        self._book = book
        bin_ = place / "bin"
        bin_.mkdir(parents=True)
        write_entry_points(bin_)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", *LEAKS))}
        path = os.pathsep.join([str(bin_), kept.get("PATH", "")])
        self._variables = kept | hermetic_variables(place / "home") | {"PATH": path}
        self.anna = self._clone("anna", ANNA)
        self.li = self._clone("li", LI)

    def make(self) -> None:
        """Begin the book, and share it."""
        anna, li = self.anna, self.li
        anna.top.mkdir(parents=True, exist_ok=True)
        anna.git("init", "-q", "-b", "main")
        anna.git("config", "user.email", ANNA)
        anna.root.mkdir(parents=True, exist_ok=True)
        anna.crm("init", ".", "--name", "Kern", "--country", "DE", "--currency", "EUR", "--no-input")
        anna.crm("member", "add", "Li Wei", f"email={LI}")
        (anna.root / "customers").mkdir()
        (anna.root / "customers" / "acme.md").write_text(ACME)
        anna.crm("journal", "drift")
        anna.commit("begin")
        anna.git("init", "-q", "--bare", "-b", "main", "../remote.git")
        anna.git("remote", "add", "origin", "../remote.git")
        anna.git("push", "-q", "-u", "origin", "main")
        anna.git("clone", "-q", "../remote.git", str(li.top))
        li.git("config", "user.email", LI)
        li.git("remote", "set-url", "origin", "../remote.git")
        li.crm("journal", "drift")  # the first command that may write teaches git the driver
        assert "crm merge-file" in li.git("config", "merge.crm.driver")

    def copy(self, place: Path) -> Team:
        """The same team in another place, as it was kept if it was."""
        return self._put(self._kept if self._kept.exists() else self._place, place)

    def keep(self) -> Team:
        """Remember everything as it is now, for `back`."""
        self._put(self._place, self._kept)
        return self

    def back(self) -> Team:
        """The same team where it was, as it was kept: what crm and git have noted about their files' place still holds."""
        shutil.rmtree(self._place)
        return self._put(self._kept, self._place)

    def _put(self, source: Path, place: Path) -> Team:
        made = Team(place, self._book)
        for name in ("remote.git", "anna", "li"):
            shutil.copytree(source / name, place / name, symlinks=True)
        return made

    @property
    def _kept(self) -> Path:
        return self._place.with_name(f"{self._place.name}.kept")

    def _clone(self, name: str, mail: str) -> Clone:
        return Clone(self._place / name, self._variables, mail, self._book)


ACME = """\
---
name: Acme GmbH
industry: machining
size: 40
tags:
  - emea
created: 2026-11-01T09:00:00+01:00
---

Makes gears.
"""
