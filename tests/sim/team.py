"""A simulated team: a bare remote and clones of one book."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from random import Random

from tests.sim.clock import Clock
from tests.sim.clone import Clone
from tests.starter import write_entry_points

NAMES = ("anna", "ben", "chen", "dora", "emil")
REMOTE = "remote.git"
_CUSTOMER = """\
---
name: {name}
industry: machining
size: 40
country: DE
tags:
  - emea
created: 2026-10-01T09:00:00+02:00
---

Makes gears.
Pays late.
"""


class Team:
    """So many clones, all of them fresh, in a folder of their own."""

    def __init__(self, home: Path, template: Path, random: Random, size: int) -> None:
        self.clock = Clock()
        self.random = random
        self.clones = [Clone(home / name, name, self.clock, random.randint(-15, 15)) for name in NAMES[:size]]
        for name in (REMOTE, *NAMES[:size]):
            shutil.copytree(template / name, home / name, symlinks=True)

    def one(self) -> Clone:
        """Somebody."""
        return self.random.choice(self.clones)


def make_template(place: Path) -> None:
    """A book with members, customers, deals, shared through a bare remote beside it; a clone of it for each who may come.

    Clones have their index already. It counts only where it was made: a team that is to have it is copied to `place`.
    """
    clone = Clone(place / NAMES[0], NAMES[0], Clock(), 0)
    clone.root.mkdir(parents=True)
    _must(clone, "git", "init", "-q", "-b", "main")
    _must(clone, "crm", "init", ".", "--name", "Kern", "--currency", "EUR", "--country", "DE", "--no-input")
    for name in NAMES[1:]:
        _must(clone, "crm", "member", "add", name.title(), f"email={name}@kern.example")
    (clone.root / "customers").mkdir()
    for name in ("Acme", "Bolt", "Chen"):
        (clone.root / "customers" / f"{name.lower()}.md").write_text(_CUSTOMER.format(name=name), encoding="utf-8")
    _must(clone, "crm", "deal", "add", "Arm", "customer=acme", "amount=1000")
    _must(clone, "crm", "deal", "add", "Belt", "customer=bolt", "amount=500")
    _must(clone, "crm", "journal", "drift")
    _must(clone, "git", "add", "-A")
    _must(clone, "git", "commit", "-qm", "begin")
    _must(clone, "git", "init", "-q", "--bare", "-b", "main", f"../{REMOTE}")
    _must(clone, "git", "remote", "add", "origin", f"../{REMOTE}")
    _must(clone, "git", "push", "-q", "-u", "origin", "main")
    for repository in ("", f"../{REMOTE}"):
        _must(clone, "git", *(["-C", repository] if repository else []), "repack", "-adq")
    for name in NAMES[1:]:
        _copied(clone, name)
    _must(clone, "crm", "customers")


def _copied(first: Clone, name: str) -> None:
    clone = Clone(first.root.with_name(name), name, Clock(), 0)
    shutil.copytree(first.root, clone.root, symlinks=True)
    (clone.root / ".crm" / "me").unlink(missing_ok=True)
    _must(clone, "crm", "customers")


def _must(clone: Clone, program: str, *words: str) -> None:
    said = clone.crm(*words) if program == "crm" else clone.git(*words)
    assert said.code == 0, said


def path_with_crm(home: Path) -> str:
    """A PATH on which git's driver and hook find crm."""
    folder = home / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    write_entry_points(folder)
    programs = [os.path.dirname(found) for name in ("git", "sh") if (found := shutil.which(name))]  # noqa: PTH120
    return os.pathsep.join(dict.fromkeys([str(folder), *programs]))  # each start of a program looks through all of it


def same_everywhere(team: Team) -> list[str]:
    """How the clones' files differ; what git ignores, and empty folders, are each one's own."""
    lines = []
    first, *others = ((clone.name, _files(clone.root)) for clone in team.clones)
    for name, files in others:
        differing = [path for path in sorted({*first[1], *files}) if first[1].get(path) != files.get(path)]
        lines += [f"{first[0]} and {name}: {path} differs" for path in differing]
    return lines


def _files(root: Path) -> dict[str, bytes]:
    found = (path for path in root.rglob("*") if path.is_file() and not {".git", ".crm"} & set(path.parts))
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}
