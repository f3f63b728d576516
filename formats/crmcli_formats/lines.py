"""The physical lines of a text file that somebody else made, read once, in bounded memory, each with its number.

The file is opened once and only if it is a plain one: a pipe would keep us waiting, a device has no end, and a link may
lead elsewhere at the second look.
"""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

from crmcli.errors import BadDataError

SAMPLE = 64 * 1024
"""Bytes that tell what a file is."""

LONGEST = 16 * 1024 * 1024
"""Letters of a line, and of the lines of one row together: as many as a record may have bytes."""

_BLOCK = 1 << 20
_WAITS_FOR_NOBODY = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_TO_UTF8 = "save it as UTF-8"
_MARKS = (
    (b"PK\x03\x04", "an Excel file (.xlsx) or another zip archive", "save it as CSV UTF-8 in the spreadsheet program"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls)", "save it as CSV UTF-8 in the spreadsheet program"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"\xff\xfe", "UTF-16 text", _TO_UTF8),
    (b"\xfe\xff", "UTF-16 text", _TO_UTF8),
    (b"%PDF", "a PDF", "export the table as CSV UTF-8"),
)
_KINDS = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}


class TableForeignError(BadDataError):
    """A file of another kind."""

    def __init__(self, path: Path, kind: str, remedy: str) -> None:
        super().__init__(f"{path} is no CSV: it is {kind}", hint=remedy)


class TableEncodingError(BadDataError):
    """Bytes that are no UTF-8, or a NUL. `line` and `column` (in bytes) are counted from 1."""

    def __init__(self, path: Path, line: int, column: int, byte: int) -> None:
        what = "a NUL byte" if byte == 0 else f"byte {byte:#04x}, which is not UTF-8"
        hint = "the file may be damaged" if byte == 0 else "save the file as UTF-8 (in Excel: CSV UTF-8)"
        super().__init__(f"{path}:{line}:{column}: {what}", hint=hint)


class TableLineTooLongError(BadDataError):
    """A line, or a row of several, that has more letters than a record may hold."""

    def __init__(self, path: Path, line: int) -> None:
        super().__init__(
            f"{path}:{line}: a row of more than {LONGEST:,} letters",
            hint="no record holds so much: a line end or a closing quote may be missing; nothing was imported",
        )


class Lines:
    """The lines of a file, for the csv reader; knows the number and the text of those it gave for a row."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._bytes = _open_plain(path)
        try:
            self.sample = self._look()
            self._file = io.TextIOWrapper(self._bytes, encoding="utf-8-sig", newline="")
        except BaseException:
            self._bytes.close()
            raise
        self._number = 0
        self._given: list[str] = []
        self._letters = 0

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        try:
            line = self._file.readline(LONGEST + 1 - self._letters)
        except UnicodeDecodeError:
            raise self._misplaced() from None
        if not line:
            raise StopIteration
        if "\0" in line:
            raise self._misplaced()
        self._number += 1
        self._letters += len(line)
        if self._letters > LONGEST:
            raise TableLineTooLongError(self._path, self._number - len(self._given))
        self._given.append(line)
        return line

    def begin(self) -> int:
        """Begin a row: forget the lines of the one before; return the number of the next line."""
        self._given.clear()
        self._letters = 0
        return self._number + 1

    @property
    def text(self) -> str:
        """The lines given for the present row."""
        return "".join(self._given)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _look(self) -> str:
        """The beginning of the file as text; raises `TableForeignError` for what is none."""
        head = self._bytes.read(SAMPLE)
        self._bytes.seek(0)
        for mark, kind, remedy in _MARKS:
            if head.startswith(mark):
                raise TableForeignError(self._path, kind, remedy)
        for odd in (head[::2], head[1::2]):
            if len(odd) > 1 and odd.count(0) == len(odd):  # without a mark, and nothing but ASCII
                raise TableForeignError(self._path, "UTF-16 text", _TO_UTF8)
        return head.decode("utf-8-sig", errors="replace")

    def _misplaced(self) -> TableEncodingError:
        """Find the first byte that is no text; only for a file that is known to have one."""
        self._bytes.seek(0)
        line, column, left = 1, 1, b""
        while block := self._bytes.read(_BLOCK):
            content = left + block
            end, wrong = _text_end(content)
            good = content[:end]
            line += good.count(b"\n")
            column = len(good) - good.rfind(b"\n") if b"\n" in good else column + len(good)
            if wrong:
                return TableEncodingError(self._path, line, column, content[end])
            left = content[end:]
        return TableEncodingError(self._path, line, column, left[0] if left else 0)  # cut off, or changed meanwhile


def _text_end(content: bytes) -> tuple[int, bool]:
    """How many bytes are text, and whether the next one is none; a letter cut at the end may be one yet."""
    nul = content.find(b"\0")
    text = content if nul < 0 else content[:nul]
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        may_go_on = nul < 0 and error.reason == "unexpected end of data"
        return error.start, not may_go_on
    return len(text), nul >= 0


def _open_plain(path: Path) -> io.BufferedReader:
    """Open a file once, wherever its name leads; raises `TableForeignError` for a folder, a pipe or a device."""
    fd = os.open(path, os.O_RDONLY | _WAITS_FOR_NOBODY)
    mode = os.fstat(fd).st_mode
    if not stat.S_ISREG(mode):
        os.close(fd)
        kind = _KINDS.get(stat.S_IFMT(mode), "a device")
        raise TableForeignError(path, kind, "name a file; what comes out of a program is written to one first")
    return os.fdopen(fd, "rb")
