"""Whole programs to compare a whole `crm` with."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from benchmarks.spend import Program

START = "import typer, sqlite3"


class ShellMissingError(Exception):
    """The sqlite3 shell is a baseline; without it there is nothing to compare with."""

    def __init__(self) -> None:
        super().__init__("the sqlite3 program is not on PATH; install it to measure lists")


def start(folder: Path) -> Program:
    """Python with the two libraries that every command needs, and nothing done."""
    return Program((sys.executable, "-c", START), folder)


def sqlite_shell(database: Path, question: str) -> Program:
    """The same question in the sqlite3 shell, as tab-separated lines; raises ShellMissingError."""
    shell = shutil.which("sqlite3")
    if not shell:
        raise ShellMissingError
    return Program((shell, "-readonly", "-batch", "-tabs", str(database), question), database.parent)
