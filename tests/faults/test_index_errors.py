"""Every statement of a command that only asks meets an error of the disk, once or from then on: its answer stays the same.

The index is disposable, so nobody need know. (SQLite reports what it meets in C through its result codes.)
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from crmcli.store.book import Book
from tests.faults.conftest import ACME, BOLT, CHEN
from tests.unit.cli.memory import Shown, run_in_memory

ERRORS = {
    sqlite3.SQLITE_IOERR: "disk I/O error",
    sqlite3.SQLITE_FULL: "database or disk is full",
    sqlite3.SQLITE_CORRUPT: "database disk image is malformed",
}


class Trouble:
    """Counts the statements on index files below a folder; those from number `first` to `last` fail with an error of SQLite."""

    def __init__(self, folder: Path, error: int = 0, first: int = -1, last: int = -1) -> None:
        self.folder = folder
        self.error = error
        self.spoilt = range(first, last + 1)
        self.met: list[str] = []

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Put it in front of SQLite."""
        trouble = self

        class Connection(sqlite3.Connection):
            is_watched = False

            def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:  # noqa: ANN401
                if self.is_watched:
                    trouble.meet(sql)
                return super().execute(sql, *args)

        real = sqlite3.connect

        def connect(database: str, *args: Any, **more: Any) -> sqlite3.Connection:  # noqa: ANN401
            made = real(database, *args, **more, factory=Connection)
            made.is_watched = str(self.folder) in database
            return made

        patch.setattr(sqlite3, "connect", connect)

    def meet(self, sql: str) -> None:
        """Fail at the statements that are to fail."""
        self.met.append(sql)
        if len(self.met) - 1 in self.spoilt:
            failure = sqlite3.OperationalError(ERRORS[self.error])
            failure.sqlite_errorcode = self.error
            raise failure


QUESTIONS = {
    "list": ("customers", "name:acme", "--format", "tsv"),
    "page": ("show", ACME.id, "--format", "json"),
    "words": ("find", "bolt", "--format", "tsv"),
    "check": ("check",),
    "sql": ("sql", "SELECT id FROM customers_view ORDER BY id", "--format", "tsv"),
    "today": ("today", "--format", "json"),
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("onward", [False, True], ids=["once", "from then on"])
def test_no_answer_changes(book: Book, question: str, onward: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(trouble: Trouble) -> Shown:
        with monkeypatch.context() as patch:
            trouble.install(patch)
            return run_in_memory("--book", str(book.root), "--me", "anna@kern.example", *QUESTIONS[question])

    ask(Trouble(book.state))
    clean = Trouble(book.state)
    answer = ask(clean)
    assert answer.code == 0
    assert {ACME.id, BOLT.id, CHEN.id} & set(answer.out.replace('"', " ").split()) or question in ("check", "today")
    turn = list(QUESTIONS).index(question)
    for number, statement in enumerate(clean.met):
        error = list(ERRORS)[(number + turn) % len(ERRORS)]
        told = ask(Trouble(book.state, error, number, 10**9 if onward else number))
        assert told == answer, f"{ERRORS[error]} at {statement}: {told.err}"
