"""Files beside an import: the rows that were not taken, and the values that both sides changed and that stayed.

A refused row stands there with line, column, reason and its cells as they were. Mended there, the file is imported
with the same map, which does not mind the three columns in front.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from crmcli.actions.importing.three_way import Kept
from crmcli_formats.csv import write_rows
from crmcli_formats.sheets import Row

REJECTS = "rejects"
HEADER = ("row", "column", "reason")
_FLUSH = 1_000
_STEM = 200
"""Bytes of the source's name that a file beside it has; a name may have 255."""


class Refusal(NamedTuple):
    """A row that was not taken: the line it begins on, the column ("" for the whole row), why."""

    line: int
    column: str
    why: str


class FileBeside:
    """A table written while rows come; no row, no file. An earlier file of that name is left alone."""

    suffix = "csv"

    def __init__(self, folder: Path, source: Path, kind: str, header: Sequence[str], separator: str = ",") -> None:
        self._folder = folder
        self._stem = _shortened(source.stem.removesuffix(f".{REJECTS}"))
        self._kind = kind
        self._header = list(header)
        self._separator = separator
        self._waiting: list[list[str]] = []
        self.path: Path | None = None

    def put(self, cells: list[str]) -> None:
        """Note a row."""
        self._waiting.append(cells)
        if len(self._waiting) >= _FLUSH:
            self.flush()

    def flush(self) -> None:
        """Write what was noted."""
        if not self._waiting:
            return
        if self.path is None:
            self.path = self._fresh()
            self._waiting.insert(0, self._header)
        with self.path.open("a", encoding="utf-8", newline="") as file:
            file.write(self._text(self._waiting))
        self._waiting.clear()

    def discard(self) -> None:
        """Remove the file: the import it belongs to did not happen."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def _text(self, rows: list[list[str]]) -> str:
        return write_rows(rows, self._separator)

    def _fresh(self) -> Path:
        number = 1
        while True:
            path = self._folder / f"{self._stem}.{self._kind}{'' if number == 1 else f'-{number}'}.{self.suffix}"
            try:
                path.touch(exist_ok=False)
            except FileExistsError:
                number += 1
                continue
            return path


class RejectFile(FileBeside):
    """The rows that were refused."""

    def __init__(self, folder: Path, source: Path, header: Sequence[str], separator: str) -> None:
        self._skip = len(HEADER) if tuple(header[: len(HEADER)]) == HEADER else 0
        self._end = len(header)
        super().__init__(folder, source, REJECTS, [*HEADER, *header[self._skip :]], separator)

    def add(self, row: Row, refusal: Refusal) -> None:
        """Note a row and why it was not taken; cells that were joined of its own stay out."""
        skip = self._skip if len(row.cells) > self._skip else 0
        end = len(row.cells) if row.trouble else self._end
        self.put([str(refusal.line), refusal.column, refusal.why, *row.cells[skip:end]])


class ConflictFile(FileBeside):
    """The values that stayed."""

    def __init__(self, folder: Path, source: Path) -> None:
        super().__init__(folder, source, "conflicts", ("row", "record", "field", "before", "here", "file"))

    def add(self, line: int, kept: Kept) -> None:
        """Note a value that stayed, and the line whose value was not taken."""
        self.put([str(line), *kept])


def _shortened(stem: str) -> str:
    """A name short enough for an ending and a number behind it."""
    while len(os.fsencode(stem)) > _STEM:
        stem = stem[:-1]
    return stem
