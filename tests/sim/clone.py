"""One clone of a simulated team: crm in this process, git in processes, a clock of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from crmcli.cli.main import run
from crmcli.cli.session import Session
from crmcli.model.event import Event
from crmcli.store.book import Book, open_book
from crmcli.store.journal import read_events, segment_paths
from tests.sim.clock import Clock

PLAIN_MERGE = "merge.crm.driver=git merge-file -L ours -L base -L theirs %A %O %B"
"""What a git without crm does with a record, as git's own setting."""


class Said(NamedTuple):
    """What a program said, and its exit code."""

    code: int
    out: str
    err: str


class Clone:
    """A folder, whoever works in it, and a clock that is some minutes off."""

    def __init__(self, root: Path, name: str, clock: Clock, minutes_off: int) -> None:
        self.root = root
        self.name = name
        self.mail = f"{name}@kern.example"
        self._clock = clock
        self._off = minutes_off
        self.told: list[str] = []
        """What was done here, a line each, as somebody would type it again."""
        self._read: dict[Path, tuple[bytes, list[Event]]] = {}

    def crm(self, *words: str) -> Said:
        """Run crm as this person."""
        self.told.append(" ".join(["crm", *words]))
        with self._environment():
            session = Session(dict(os.environ), StringIO(), StringIO(), StringIO())
            here = Path.cwd()
            try:
                os.chdir(self.root)
                code = run(["--book", str(self.root), *words], session)
            finally:
                os.chdir(here)
        out, err = session.stdout, session.stderr
        assert isinstance(out, StringIO)
        assert isinstance(err, StringIO)
        said = Said(code, out.getvalue(), err.getvalue())
        self.told += [f"    {line}" for line in said.err.splitlines()] + [f"    = {code}"]
        if code == 70:
            raise ProductFailedError(self.told[-12:])
        return said

    def git(self, *words: str) -> Said:
        """Run git as this person."""
        self.told.append(" ".join(["git", *words]))
        with self._environment():
            done = subprocess.run(["git", *words], cwd=self.root, capture_output=True, check=False, text=True)
        if done.returncode:
            self.told += [f"    {line}" for line in (done.stdout + done.stderr).splitlines()[:6]]
        return Said(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def opened(self) -> Iterator[Book]:
        """The book, at this moment of its clock."""
        with self._environment(), closing((book := open_book(self.root)).index):
            yield book

    def events(self) -> dict[str, Event]:
        """Every event that lies in the journal here, by id; a segment that has not changed is not taken apart again."""
        read = {}
        for path in segment_paths(self.root):
            content, (before, events) = path.read_bytes(), self._read.get(path, (b"", []))
            if content != before:
                events = [event for event in read_events(content) if isinstance(event, Event)]
            read[path] = (content, events)
        self._read = read
        return {event.id: event for _, events in read.values() for event in events}

    def files(self) -> dict[str, str]:
        """The record files by path."""
        found = {}
        for plural in ("customers", "deals", "contacts", "tasks"):
            for path in sorted((self.root / plural).glob("*.md")):
                found[f"{plural}/{path.name}"] = path.read_bytes().decode()
        return found

    def write(self, path: str, text: str) -> None:
        """Save a file as an editor does."""
        self.told.append(f"edit {path}: {text!r}")
        (self.root / path).write_bytes(text.encode())

    @property
    def head(self) -> str:
        """The commit that is checked out."""
        name = (self._git_folder / "HEAD").read_text().strip()
        return self._commit_of(name.removeprefix("ref: ")) if name.startswith("ref: ") else name

    @property
    def branch(self) -> str:
        """The branch that is checked out, "" for none."""
        name = (self._git_folder / "HEAD").read_text().strip()
        return name.removeprefix("ref: refs/heads/") if name.startswith("ref: ") else ""

    @property
    def _git_folder(self) -> Path:
        return self.root / ".git"

    def _commit_of(self, name: str) -> str:
        loose, packed = self._git_folder / name, self._git_folder / "packed-refs"
        if loose.is_file():
            return loose.read_text().strip()
        lines = packed.read_text().splitlines() if packed.is_file() else []
        return next(line.partition(" ")[0] for line in lines if line.endswith(f" {name}"))

    @contextmanager
    def _environment(self) -> Iterator[None]:
        now = self._clock.tick(self._off)
        ours = {
            "CRM_NOW": now,
            "CRM_RANDOM": f"{self._clock.count}{self.name}",
            "GIT_AUTHOR_DATE": now,
            "GIT_COMMITTER_DATE": now,
            "GIT_AUTHOR_NAME": self.name,
            "GIT_AUTHOR_EMAIL": self.mail,
            "GIT_COMMITTER_NAME": self.name,
            "GIT_COMMITTER_EMAIL": self.mail,
            "CRM_ME": self.mail,
        }
        kept = {name: os.environ.get(name) for name in ours}
        os.environ.update(ours)
        try:
            yield
        finally:
            for name, value in kept.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


class ProductFailedError(AssertionError):
    """The product met something it does not expect."""

    def __init__(self, told: list[str]) -> None:
        super().__init__("\n".join(told))
