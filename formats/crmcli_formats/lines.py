"""The physical lines of a text file that somebody else made, read once, in bounded memory, each with its number.

The file is opened once and only if it is a plain one: a pipe would keep us waiting, a device has no end, and a link may
lead elsewhere at the second look.
"""

from __future__ import annotations

import io
import os
import re
import stat
from pathlib import Path

from crmcli.errors import BadDataError, UsageError
from crmcli_formats.encodings import Encoding, encoding_called, encoding_of

SAMPLE = 64 * 1024
"""Bytes that tell what a file is."""

LONGEST = 16 * 1024 * 1024
"""Letters of a line, and of the lines of one row together: as many as a record may have bytes."""

_BLOCK = 1 << 20
_WAITS_FOR_NOBODY = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_AS_TABLE = "open it in the spreadsheet program and save it as CSV UTF-8"
_MARKS = (
    (b"PK\x03\x04", "an Excel file (.xlsx) or another zip archive", "save it as CSV UTF-8 in the spreadsheet program"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls)", "save it as CSV UTF-8 in the spreadsheet program"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"\xff\xfe\0\0", "UTF-32 text", "save it as UTF-8"),
    (b"%PDF", "a PDF", "export the table as CSV UTF-8"),
    (b"<?xml", "XML", "export tables as CSV UTF-8, address cards as .vcf, calendars as .ics"),
    (b"<!DOCTYPE", "a web page (HTML)", _AS_TABLE),
    (b"<html", "a web page (HTML)", _AS_TABLE),
)
_KINDS = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}


class TableForeignError(BadDataError):
    """A file of another kind."""

    def __init__(self, path: Path, kind: str, remedy: str) -> None:
        super().__init__(f"{path} cannot be imported: it is {kind}", hint=remedy)


class TableEncodingError(BadDataError):
    """Bytes that are no text in the file's encoding, or a NUL. `line` and `column` (in bytes) are counted from 1."""

    def __init__(self, path: Path, line: int, column: int, byte: int, label: str = "UTF-8") -> None:
        what = "a NUL byte" if byte == 0 else f"byte {byte:#04x}, which is not {label}"
        hint = "the file may be damaged" if byte == 0 else _OTHERWISE
        super().__init__(f"{path}:{line}:{column}: {what}", hint=hint)


class EncodingUnknownError(UsageError):
    """`--encoding` names none."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no encoding {name!r}", hint="for example utf-8, utf-16, gb18030, cp1252")


_OTHERWISE = "say how it is encoded (--encoding gb18030, cp1252, …), or save the file as UTF-8"


class TableLineTooLongError(BadDataError):
    """A line, or a row of several, that has more letters than a record may hold."""

    def __init__(self, path: Path, line: int) -> None:
        super().__init__(
            f"{path}:{line}: a row of more than {LONGEST:,} letters",
            hint="no record holds so much: a line end or a closing quote may be missing; nothing was imported",
        )


_ODD = re.compile("[\0\ud800-\udfff]").search


def odd_byte(text: str) -> tuple[int, int] | None:
    """The first byte of a line of tolerant `Lines` that is no text: its place in bytes, counted from 1, and the byte; None for none."""
    found = _ODD(text)
    if found is None:
        return None
    code = ord(found[0])
    before = text[: found.start()].encode("utf-8", "surrogatepass")
    return len(before) + 1, code - 0xDC00 if 0xDC80 <= code <= 0xDCFF else code


class Lines:
    """The lines of a file, for the csv reader; knows the number and the text of those it gave for a row.

    `tolerant` ones have bytes that are no text, and NULs, as `odd_byte` finds them, so that they can be told line by line.
    """

    def __init__(self, path: Path, encoding: str = "", *, tolerant: bool = False) -> None:
        self._path = path
        self._tolerant = tolerant
        self._bytes = open_plain(path)
        try:
            self._refuse_foreign()
            self.encoding = self._encoding(encoding)
            self.sample = self._bytes.read(SAMPLE).decode(self.encoding.name, errors="replace").removeprefix("\ufeff")
            self._bytes.seek(2 if self.encoding.name.startswith("utf-16-") and self._has_mark() else 0)
            name = "utf-8-sig" if self.encoding.name == "utf-8" else self.encoding.name
            self._file = io.TextIOWrapper(self._bytes, encoding=name, errors=self._errors, newline="")
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
        except UnicodeDecodeError as error:
            raise self._misplaced(error) from None
        if not line:
            raise StopIteration
        if "\0" in line and not self._tolerant:
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

    def _refuse_foreign(self) -> None:
        """Raise `TableForeignError` for what is no text."""
        head = self._bytes.read(SAMPLE)
        self._bytes.seek(0)
        for mark, kind, remedy in _MARKS:
            if head.startswith(mark):
                raise TableForeignError(self._path, kind, remedy)

    def _encoding(self, said: str) -> Encoding:
        """The encoding that was said, or what the file tells; raises `TableEncodingError` where it tells nothing."""
        if not said:
            found = encoding_of(self._bytes)
            if not found.name and not self._tolerant:
                raise self._misplaced()
            return found if found.name else Encoding("utf-8")
        name = encoding_called(said)
        if not name:
            raise EncodingUnknownError(said)
        if name == "utf-16":
            name = "utf-16-be" if self._bytes.peek(2)[:2] == b"\xfe\xff" else "utf-16-le"
        return Encoding(name)

    @property
    def _errors(self) -> str:
        """What becomes of bytes that are no text."""
        if not self._tolerant:
            return "strict"
        return "surrogatepass" if self.encoding.name.startswith("utf-16") else "surrogateescape"

    def _has_mark(self) -> bool:
        self._bytes.seek(0)
        return self._bytes.read(2) in (b"\xff\xfe", b"\xfe\xff")

    def _misplaced(self, error: UnicodeDecodeError | None = None) -> TableEncodingError:
        """Find the first byte that is no text; only for a file that is known to have one."""
        encoding = self.__dict__.get("encoding", Encoding("utf-8"))
        if not encoding.name.startswith("utf-8"):  # the block's place is lost: the line is what is known
            byte = error.object[error.start] if error and error.object else 0
            return TableEncodingError(self._path, self._number + 1, 1, byte, encoding.label)
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


def open_plain(path: Path) -> io.BufferedReader:
    """Open a file once, wherever its name leads; raises `TableForeignError` for a folder, a pipe or a device."""
    fd = os.open(path, os.O_RDONLY | _WAITS_FOR_NOBODY)
    mode = os.fstat(fd).st_mode
    if not stat.S_ISREG(mode):
        os.close(fd)
        kind = _KINDS.get(stat.S_IFMT(mode), "a device")
        if kind == "a folder":
            remedy = (
                "name a file in it; whole folders are read of address cards (.vcf), calendars (.ics) and mail (Maildir)"
            )
        else:
            remedy = "name a file; what comes out of a program is written to one first"
        raise TableForeignError(path, kind, remedy)
    return os.fdopen(fd, "rb")
