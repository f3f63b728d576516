"""The parts of a message (RFC 2045, 2046): a tree over its bytes, cut at the boundaries without copying.

The standard library's reader goes as deep as a message says; here depth and number of parts are bounded, and what lies
beyond is one part that is not taken apart.
"""

from __future__ import annotations

import binascii
import re
from email.message import Message
from typing import NamedTuple

from crmcli_formats.mail_head import Header, decoded_words, from_base64, one_line, read_header

DEEPEST = 20
MOST = 500
_LONGEST_VALUE = 4_096
_REST_OF_LINE = re.compile(rb"(--)?[ \t]*\r?(?:\n|\Z)")


class Part(NamedTuple):
    """A part: its type in lower case, its header, where its content lies in the message; the parts in it."""

    kind: str
    header: Header
    start: int
    stop: int
    parts: tuple[Part, ...] = ()

    @property
    def charset(self) -> str:
        """The character set it declares, "" for none."""
        return _parameters(self.header, self.kind).get_param_text("charset")

    @property
    def is_attached(self) -> bool:
        """Whether it says that it is a file, or has a file's name."""
        shown = self.header.first("content-disposition").strip().casefold()
        return shown.startswith("attachment") or bool(self.filename)

    @property
    def filename(self) -> str:
        """The name of the file it is, as it was sent, "" without one."""
        said = _parameters(self.header, self.kind)
        return one_line(decoded_words(said.get_filename() or ""))

    def content(self, whole: bytes, most: int | None = None) -> bytes:
        """Its bytes with the transfer encoding undone; of at most so many bytes in transfer."""
        stop = self.stop if most is None else min(self.stop, self.start + most)
        encoding = self.header.first("content-transfer-encoding").strip().strip('"').casefold()
        if encoding == "base64":
            return from_base64(memoryview(whole)[self.start : stop])
        raw = whole[self.start : stop]
        return binascii.a2b_qp(raw) if encoding == "quoted-printable" else raw


class _Parameters(Message):
    """What the two header lines about a part say; the standard library reads their parameters (RFC 2231)."""

    def get_param_text(self, name: str) -> str:
        found = self.get_param(name, "")
        text = found[2] if isinstance(found, tuple) else str(found or "")
        return text.strip().strip("'\"")


def _parameters(header: Header, kind: str) -> _Parameters:
    said = _Parameters()
    said["Content-Type"] = header.first("content-type")[:_LONGEST_VALUE] or kind
    shown = header.first("content-disposition")[:_LONGEST_VALUE]
    if shown:
        said["Content-Disposition"] = shown
    return said


def read_parts(whole: bytes, header: Header) -> tuple[Part, str]:
    """The tree of a message whose header was read, and a sentence about what of it was not taken apart, "" for nothing."""
    reader = _Reader(whole)
    tree = reader.part(header, header.body, len(whole), 0, "text/plain")
    return tree, reader.told


class _Reader:
    def __init__(self, whole: bytes) -> None:
        self._whole = whole
        self._count = 0
        self.told = ""

    def part(self, header: Header, start: int, stop: int, depth: int, usual: str) -> Part:
        self._count += 1
        kind = _kind(header, usual)
        if not kind.startswith("multipart/"):
            return Part(kind, header, start, stop)
        if depth >= DEEPEST:
            self.told = f"its parts lie in each other more than {DEEPEST} deep: what is deeper was not read"
            return Part(kind, header, start, stop)
        boundary = _parameters(header, kind).get_param_text("boundary")
        cuts = self._cuts(boundary.encode("utf-8", "surrogateescape"), start, stop) if boundary else []
        if not cuts:  # no boundary, or none of its lines: what is there is text
            return Part("text/plain", header, start, stop)
        inner = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        parts = []
        for begin, end in cuts:
            if self._count >= MOST:
                self.told = f"it has more than {MOST} parts: the others were not read"
                break
            own = read_header(self._whole, begin, end)
            parts.append(self.part(own, own.body, end, depth + 1, inner))
        return Part(kind, header, start, stop, tuple(parts))

    def _cuts(self, boundary: bytes, start: int, stop: int) -> list[tuple[int, int]]:
        """Where each part begins and ends; the last one ends with its parent where it is never closed."""
        whole, mark = self._whole, b"--" + boundary
        cuts: list[tuple[int, int]] = []
        begun = -1
        place = whole.find(mark, start, stop)
        while place >= 0 and len(cuts) <= MOST:
            line = _REST_OF_LINE.match(whole, place + len(mark), stop)
            if line and (place == start or whole[place - 1 : place] == b"\n"):
                if begun >= 0:
                    cuts.append((begun, max(begun, place - (2 if whole[place - 2 : place] == b"\r\n" else 1))))
                begun = -1 if line[1] else line.end()
                if line[1]:
                    break
            place = whole.find(mark, place + len(mark), stop)
        if begun >= 0:
            cuts.append((begun, stop))
        return cuts


def _kind(header: Header, usual: str) -> str:
    said = header.first("content-type").partition(";")[0].strip().casefold()
    if not said:
        return usual
    first, slash, second = said.partition("/")
    if first in ("text", "multipart") and not second:
        return f"{first}/{'plain' if first == 'text' else 'mixed'}"
    return said if slash and first and " " not in said else "text/plain"
