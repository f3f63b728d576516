"""Mailboxes in one file (mbox, RFC 4155): every message begins with a line `From SENDER DATE`.

Such a line counts only with a date in it and a header line after it, so that a sentence that begins with `From` divides
nothing. Lines of a message that begin with `>From ` lose one `>` (mboxrd; mboxo wrote the same for `From `).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from crmcli_formats.letters import LARGEST, TOO_LARGE, Found, Place
from crmcli_formats.lines import open_plain

NAME: Final = "mbox"
TITLE: Final = "mail in one file (mbox)"
SUFFIXES: Final = (".mbox", ".mbx")
WHAT: Final = "messages"

_LONGEST_LINE = 64 * 1024
_DIVIDER = re.compile(
    rb"From [^\r\n]{0,500}(?:\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? [^\r\n]{0,99}\d\d?:\d\d[^\r\n]{0,99}\d{4}|\d{4}-\d\d-\d\dT\d\d:\d\d)"
).match
_HEADER = re.compile(rb">?From |[!-9;-~]{1,76}[ \t]*:").match
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def recognise(head: bytes, name: str) -> bool:
    """By its first line; by its name where that is a `From ` without a date."""
    text = head.lstrip(b"\r\n")
    if not text.startswith(b"From "):
        return False
    line, _, rest = text.partition(b"\n")
    return name.casefold().endswith(SUFFIXES) or bool(_DIVIDER(line) and _HEADER(rest))


def messages(path: Path) -> Iterator[Found]:
    """The messages of a file."""
    with open_plain(path) as file:
        yield from _Mailbox(path, file).read()


def again(place: Place) -> bytes:
    """The bytes of a message, unquoted."""
    with open_plain(place.path) as file:
        file.seek(place.start)
        return _unquoted(file.read(place.length))


def _unquoted(content: bytes) -> bytes:
    return _QUOTED.sub(rb"\1", content) if b">From " in content else content


class _Mailbox:
    """A file being read line by line; a line longer than a block comes in pieces."""

    def __init__(self, path: Path, file: io.BufferedReader) -> None:
        self._path = path
        self._file = file
        self._content = bytearray()
        self._line = self._start = self._size = 0

    def read(self) -> Iterator[Found]:
        number, offset, begins, waiting = 0, 0, True, b""
        while line := waiting or self._file.readline(_LONGEST_LINE):
            waiting = b""
            number += begins
            if begins and line.startswith(b"From "):
                waiting = self._file.readline(_LONGEST_LINE)
                if not self._line or (_DIVIDER(line) and _HEADER(waiting)):
                    if self._line:
                        yield self._message()
                    self._begin(number, offset + len(line))
                    offset += len(line)
                    continue
            self._add(line)
            offset += len(line)
            begins = line.endswith(b"\n")
        if self._line or self._size:
            yield self._message()

    def _begin(self, line: int, start: int) -> None:
        self._line, self._start, self._size = line, start, 0
        self._content = bytearray()

    def _add(self, line: bytes) -> None:
        if not self._line and not line.strip():  # blank lines before the first message
            return
        self._line = self._line or 1
        self._size += len(line)
        if self._size <= LARGEST:
            self._content += line

    def _message(self) -> Found:
        place = Place(self._path, self._line, self._start, self._size)
        if self._size > LARGEST:
            return Found(place, b"", TOO_LARGE)
        return Found(place, _unquoted(bytes(self._content)))
