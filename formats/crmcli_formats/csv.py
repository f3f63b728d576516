"""Tables as text: rows of a CSV or TSV file with the lines they stand on, read one by one (RFC 4180, and what people have).

The encoding is found out from the bytes (`encodings`). Whether cells are separated by commas, semicolons, tabs or bars is found
out from the first rows, or said by a first line `sep=;`. A quoted cell may hold line ends. What is wrong with one row is
told beside the row; what is wrong with the file raises, with the exact place.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

from crmcli.errors import BadDataError
from crmcli.text.spreadsheet import guarded, unguarded
from crmcli_formats.lines import SAMPLE, Lines
from crmcli_formats.sheets import Choices, Row, Sheet

NAME: Final = "csv"
TITLE: Final = "comma-separated values"
SUFFIXES: Final = (".csv", ".txt")
WHAT: Final = "tables"

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_SAMPLE_ROWS = 50
_NOTES = 5
"""Lines of notes that may stand above a table."""


class TableEmptyError(BadDataError):
    """A file without a first row."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is empty", hint="the first row names the columns")


def recognise(head: bytes, name: str) -> bool:
    """Any text may be a table; what is none says so when it is read."""
    return name.casefold().endswith(SUFFIXES) or b"\0" not in head or head[:2] in (b"\xff\xfe", b"\xfe\xff")


@contextmanager
def open_tables(path: Path, choices: Choices) -> Iterator[Iterator[Sheet]]:
    """The one table of a text file."""
    with Table(path, choices.encoding) as table:
        yield iter([Sheet("", table.header, iter(table), table.told, table.separator)])


class TableHeaderError(BadDataError):
    """The row that names the columns cannot be taken apart."""

    def __init__(self, path: Path, row: Row) -> None:
        super().__init__(f"{path}:{row.line}: {row.trouble}", hint="this row names the columns")


class Table:
    """An open file: the names of its columns, then its rows. Close it, or use it in a `with`."""

    def __init__(self, path: Path, encoding: str = "") -> None:
        self.path = path
        self._lines = Lines(path, encoding)
        try:
            sample = self._lines.sample
            self.above = _above(sample)
            for _ in range(self.above):
                next(self._lines)
            sample = "".join(sample.splitlines(keepends=True)[self.above :])
            self.separator = _said(sample) or _separator(sample)
            if _said(sample):
                next(self._lines)
            self._reader = csv.reader(self._lines, delimiter=self.separator, strict=True)
            self.header = self._first()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Row]:
        """The rows below the header; rows without anything in them are left out."""
        width = len(self.header)
        for row in self._rows():
            _, cells, trouble = row
            if trouble or (len(cells) == width and any(cells)):
                yield row
            elif any(cells):
                yield row._replace(trouble=f"{_cells(len(cells))}, the first row has {width}")

    @property
    def told(self) -> tuple[str, ...]:
        """How the file is read, for people."""
        found = self._lines.encoding
        read = f"read as {found.label}, cells separated by {SEPARATORS[self.separator]}"
        doubt = " (judged by its letters; --encoding decides otherwise)" if found.guessed else ""
        above = f"{self.above} lines above the header left out" if self.above else ""
        return (read + doubt, above) if above else (read + doubt,)

    def close(self) -> None:
        """Close the file."""
        self._lines.close()

    def _first(self) -> list[str]:
        found = next((row for row in self._rows() if row.cells), None)
        if found is None:
            raise TableEmptyError(self.path)
        if found.trouble:
            raise TableHeaderError(self.path, found)
        return found.cells

    def _rows(self) -> Iterator[Row]:
        lines, reader = self._lines, self._reader
        as_they_are = self.separator == "\t"
        while True:
            line = lines.begin()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(line, [lines.text.rstrip("\r\n")], _in_words(str(error), line))
                continue
            yield Row(line, cells if as_they_are else [unguarded(cell) if cell[:1] == "'" else cell for cell in cells])


def write_rows(rows: Iterable[Sequence[str]], separator: str = ",") -> str:
    """Write rows as they are read back: quoted where needed, CR LF at the ends (RFC 4180 §2), formulas guarded."""
    out = io.StringIO()
    kept = rows if separator == "\t" else ([guarded(cell) for cell in row] for row in rows)
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(kept)
    return out.getvalue()


def _above(sample: str) -> int:
    """How many lines stand above the table, as in exports that begin with notes: rows of one cell, then an empty line.

    Below the empty line the table must begin, with more than one column; else everything is the table.
    """
    for separator in SEPARATORS:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
        notes = 0
        try:
            for row in reader:
                if len(row) > 1:
                    break
                if row:
                    notes += 1
                elif notes:
                    lines = reader.line_num
                    after = next((row for row in reader if row), [])
                    return lines if len(after) > 1 and notes <= _NOTES else 0
        except csv.Error:
            continue
    return 0


def _said(sample: str) -> str:
    """The separator of a first line `sep=;`, as Excel writes and reads it; "" without one."""
    first = sample.partition("\n")[0].rstrip("\r")
    return first[4:] if len(first) == 5 and first.lower().startswith("sep=") and first[4] in SEPARATORS else ""


def _separator(sample: str) -> str:
    """The separator by which most of the first rows have as many cells as the header, the widest of those."""
    return max(SEPARATORS, key=lambda separator: _evenness(sample, separator))


def _evenness(sample: str, separator: str) -> tuple[float, int]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator):
            if row:
                rows.append(row)
            if len(rows) > _SAMPLE_ROWS:
                break
    except csv.Error:  # an endless cell: what was read before it decides
        pass
    if len(sample) >= SAMPLE - 4 and len(rows) > 1:
        rows.pop()  # the sample may end inside of it
    width = len(rows[0]) if rows else 0
    if width < 2:
        return 0.0, 0
    return sum(len(row) == width for row in rows) / len(rows), width


def _in_words(said: str, line: int) -> str:
    if "unexpected end" in said:
        return f"the quote opened on line {line} is never closed"
    if "field limit" in said:
        return f"a cell longer than {csv.field_size_limit():,} letters: a closing quote is probably missing"
    if "expected after" in said:
        return "text after a closing quote; inside of a quoted cell a quote is written twice"
    return said


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"
