"""The header of a message or of a part: its lines, and what they say as text (RFC 5322 §2.2, RFC 2047).

The standard library's reader of headers has no bounds; here each step is linear in the bytes, of which there are at most
`LONGEST`.
"""

from __future__ import annotations

import binascii
import io
import re
from collections.abc import Iterator
from typing import NamedTuple

from crmcli_formats.encodings import encoding_called, encoding_of

LONGEST = 256 * 1024
"""Bytes of a header."""

_END = re.compile(rb"\r?\n\r?\n")
_LINE = re.compile(rb"([!-9;-~]{1,76})[ \t]*:[ \t]*(.*)", re.DOTALL)
_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^?]{0,8192})\?=")
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160), 0x2028, 0x2029), " ")


class Header(NamedTuple):
    """The lines of a header, names in lower case, values unfolded; where the body begins. `trouble` where it has no end."""

    lines: tuple[tuple[str, bytes], ...]
    body: int
    trouble: str = ""

    def first(self, name: str) -> str:
        """The first value of a name as it stands, "" without one."""
        return next((text_of(value) for key, value in self.lines if key == name), "")

    def every(self, name: str) -> list[str]:
        """All values of a name."""
        return [text_of(value) for key, value in self.lines if key == name]

    def words(self, name: str) -> str:
        """The first value of a name as one line of readable text."""
        return one_line(decoded_words(self.first(name)))


def read_header(content: bytes, start: int = 0, stop: int | None = None) -> Header:
    """Read the header that begins at a byte; what is no header line in it is passed over."""
    stop = len(content) if stop is None else stop
    first = content[start : start + 2]
    if first[:1] == b"\n" or first == b"\r\n":  # nothing but a body
        return Header((), start + (1 if first[:1] == b"\n" else 2))
    end = _END.search(content, start, min(stop, start + LONGEST))
    if end is None and stop - start > LONGEST:
        return Header((), stop, f"its header has more than {LONGEST >> 10} KB")
    block, body = (content[start : end.start()], end.end()) if end else (content[start:stop], stop)
    return Header(tuple(_lines(block)), body)


def _lines(block: bytes) -> Iterator[tuple[str, bytes]]:
    name, value = "", [b""]
    for line in block.split(b"\n"):
        line = line.removesuffix(b"\r")  # noqa: PLW2901 - the same line
        if line[:1] in (b" ", b"\t"):
            value.append(line)
            continue
        if name:
            yield name, b"".join(value)
        found = _LINE.match(line)
        name, value = (found[1].decode("ascii").lower(), [found[2]]) if found else ("", [])
    if name:
        yield name, b"".join(value)


def text_of(value: bytes) -> str:
    """A value as letters: UTF-8, else what its bytes tell."""
    for name in ("utf-8", encoding_of(io.BufferedReader(io.BytesIO(value))).name or "cp1252"):
        try:
            return value.decode(name)
        except UnicodeDecodeError:
            continue
    return value.decode("latin-1")


def decoded_words(text: str) -> str:
    """Text with its encoded words (`=?utf-8?B?…?=`) decoded; one that cannot be stays as it stands.

    Words that follow each other are joined before they are decoded, since some programs cut a letter in two.
    """
    if "=?" not in text:
        return text
    pieces: list[str] = []
    place, held, charset = 0, b"", ""
    for found in _WORD.finditer(text):
        between = text[place : found.start()]
        name, content = found[1].partition("*")[0].casefold(), _content(found[2], found[3])
        if held and (between.strip() or name != charset or content is None):
            pieces.append(_letters(held, charset))
            held = b""
        if between.strip() or not place:
            pieces.append(between)
        if content is None:
            pieces.append(found[0])
        else:
            held, charset = held + content, name
        place = found.end()
    if held:
        pieces.append(_letters(held, charset))
    pieces.append(text[place:])
    return "".join(pieces)


def _content(kind: str, text: str) -> bytes | None:
    raw = text.encode("ascii", "ignore")
    if kind in "qQ":
        return binascii.a2b_qp(raw, header=True)
    return from_base64(raw)


def from_base64(raw: bytes | memoryview) -> bytes:
    """What base64 says; letters that are none, what follows its end, and a last group that is cut off are passed over."""
    try:
        return binascii.a2b_base64(raw)
    except binascii.Error:
        pass
    try:
        return binascii.a2b_base64(bytes(raw) + b"==")
    except binascii.Error:  # a single letter is left
        return binascii.a2b_base64(bytes(raw) + b"A==")[:-1]


def _letters(content: bytes, charset: str) -> str:
    name = encoding_called(charset)
    if name:
        try:
            return content.decode(name)
        except UnicodeDecodeError:
            pass
    return text_of(content)


def one_line(text: str) -> str:
    """Text without line ends and controls, blanks collapsed; what is no letter of any script is marked."""
    return " ".join(clean(text).translate(_CONTROLS).split())


def clean(text: str) -> str:
    """Text that UTF-8 can hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
