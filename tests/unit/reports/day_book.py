"""A book of core types whose clock the test sets, for the reports of a day."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Fields, Ref
from crmcli.store.book import Book, open_book

CORE = Path(__file__).parents[3] / "crmcli" / "kits" / "core"
NOW = "2026-11-20T14:03:11+01:00"
LONG_AGO = "2026-09-01T09:00:00+02:00"
SETTINGS = 'name="Day"\nformat=1\ncurrency="EUR"\ntimezone="Europe/Berlin"\nlanguage="{}"\ncountry="DE"\n'


class DayBook:
    """Writes records at moments of the test's choice and opens the book anew for each question."""

    def __init__(self, root: Path, patch: pytest.MonkeyPatch, language: str = "en") -> None:
        self.root = root
        self._patch = patch
        root.mkdir(exist_ok=True)
        (root / "crm.toml").write_text(SETTINGS.format(language), encoding="utf-8")
        for folder in ("schema", "pipelines"):
            shutil.copytree(CORE / folder, root / folder)
        for name, title in (("anna", "Anna Kern"), ("ben", "Ben Ode")):
            self.put(f"members/{name}.md", f"---\nname: {title}\nemail:\n  - {name}@x.de\n---\n")

    def open(self, me: str = "anna", at: str = NOW) -> Book:
        self._patch.setenv("CRM_NOW", at)
        return open_book(self.root, me=me)

    def change(self, *changes: Change, verb: str = "test", at: str = LONG_AGO, me: str = "anna") -> str:
        return carry_out(self.open(me, at), list(changes), Request(verb)).op

    def add(self, where: str, at: str = LONG_AGO, **fields: str | list[str]) -> None:
        """Make a record; `for_` and the like lose their underscore."""
        record: Fields = {name.rstrip("_"): value for name, value in fields.items()}
        self.change(Change("create", ref(where), record=record), verb="add", at=at)

    def log(self, where: str, text: str, kind: str = "call", at: str = LONG_AGO) -> None:
        self.change(Change("log", ref(where), more={"kind": kind, "text": text}), verb="log", at=at)

    def move(self, where: str, stage: str, at: str, note: str = "") -> str:
        more: dict[str, object] = {"note": note} if note else {}
        return self.change(Change("move", ref(where), to=stage, more=more), verb="move", at=at)

    def put(self, path: str, text: str) -> None:
        """Write a file by hand."""
        (self.root / path).parent.mkdir(exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")


def ref(where: str) -> Ref:
    plural, _, name = where.partition("/")
    return Ref(plural, name)
