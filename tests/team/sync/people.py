"""A team whose commands follow one clock, and what must be true of their clones after every sync."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from crmcli.cli.main import run
from crmcli.cli.session import Session
from crmcli.model.event import Event
from crmcli.store.book import open_book
from tests.contract.test_schema import definition, must_fit
from tests.storing import index_differences, journal_events, replay_differences
from tests.team.clones import Clone, Said, Team

FILE = "customers/acme.md"
DEAL = "deals/arm.md"
ARM = """\
---
name: Arm
stage: contact
amount: 5000.00 EUR
lines:
  - {product: bolt, qty: 1}
  - {product: nut, qty: 1}
created: 2026-11-01T09:00:00+01:00
---

First.

Second.

Third.
"""


class Clock:
    """One clock for all of a team: each command is a minute after the one before, whoever gives it."""

    def __init__(self) -> None:
        self._minute = 60

    def next(self) -> str:
        """The moment of the next command."""
        self._minute += 1
        hour, minute = divmod(self._minute, 60)
        return f"2026-11-20T{10 + hour:02}:{minute:02}:00+01:00"


class Person(Clone):
    """A clone whose crm runs in this process; git, and what git starts, are processes of their own."""

    def __init__(self, clone: Clone, clock: Clock) -> None:
        self.__dict__.update(vars(clone))
        self.clock = clock
        self.more: dict[str, str] = {}

    def sync(self, *words: str, code: int = 0) -> Said:
        """Run `crm sync`; whatever comes of it, the clone is whole afterwards."""
        said = self.says("sync", *words)
        assert said.code == code, said
        whole(self)
        return said

    def contests(self, *words: str, code: int = 0) -> list[dict[str, Any]]:
        """Run `crm sync`, and what both sides had changed as a script sees it."""
        rows: list[dict[str, Any]] = json.loads(self.sync(*words, "--format", "json", code=code).out or "[]")
        must_fit(rows, definition("crm sync"))
        return rows

    def says(self, *words: str) -> Said:
        """Run crm here, in the environment of this clone."""
        variables = self._environment()
        before, here = dict(os.environ), Path.cwd()
        out, err = StringIO(), StringIO()
        os.environ.clear()
        os.environ.update(variables)
        os.chdir(self.root)
        session = Session(os.environ, StringIO(), out, err)
        try:
            code = run(list(words), session)
        finally:
            os.chdir(here)
            os.environ.clear()
            os.environ.update(before)
            if session.opened:
                session.present.index.close()
        return Said(code, out.getvalue(), err.getvalue())

    def events(self) -> list[Event]:
        """Every event of the journal here, each once, in id order."""
        found = {event.id: event for event in journal_events(self.root)}
        return [found[key] for key in sorted(found)]

    def head(self) -> str:
        """The commit here."""
        return self.git("rev-parse", "HEAD").strip()

    def _environment(self) -> dict[str, str]:
        now = self.clock.next()
        return self._variables | {"CRM_NOW": now, "GIT_AUTHOR_DATE": now, "GIT_COMMITTER_DATE": now} | self.more

    def _run(self, *words: str, where: Path) -> Said:
        import subprocess

        done = subprocess.run(
            words, cwd=where, env=self._environment(), capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=300
        )  # fmt: skip
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


class People:
    """Anna and Li, a remote, one clock."""

    def __init__(self, team: Team) -> None:
        clock = Clock()
        self.anna, self.li = Person(team.anna, clock), Person(team.li, clock)
        self.remote = team.anna.top.parent / "remote.git"

    def quiet(self) -> None:
        """Everybody syncs until nothing is left to share: then all have the same, and it is whole."""
        for person in (self.anna, self.li, self.anna, self.li):
            person.sync()
        alike([self.anna, self.li])


def whole(person: Person) -> None:
    """What must be true after every sync: replay is the files, the index a rebuild, no marker, nothing half merged."""
    book = open_book(person.root)
    try:
        assert replay_differences(book) == []
        assert index_differences(book) == []
    finally:
        book.index.close()
    for path in person.root.rglob("*.md"):
        assert b"<<<<<<<" not in path.read_bytes(), path
    assert not (person.top / ".git" / "MERGE_HEAD").exists()
    assert not (person.root / ".crm" / "sync-index").exists()
    assert person.git("ls-files", "-u") == ""


def alike(people: Sequence[Person]) -> None:
    """The book is byte-identical in all clones, and they are on the same commit."""
    assert len({person.head() for person in people}) == 1
    assert len({tuple(sorted(files_of(person.root).items())) for person in people}) == 1


def files_of(top: Path) -> dict[str, bytes]:
    """Every file of a clone that is shared, by path."""
    found = (path for path in top.rglob("*") if path.is_file())
    return {
        path.relative_to(top).as_posix(): path.read_bytes()
        for path in found
        if not {".git", ".crm"} & set(path.relative_to(top).parts)
    }
