"""In which encoding the bytes of a text file are: found out by fixed rules over the whole file, never by a probability.

1. A mark at the beginning says it (UTF-8, UTF-16).
2. NULs only in odd or only in even places: UTF-16 without a mark.
3. What reads as UTF-8 is UTF-8.
4. Else the bytes above 0x7F decide. Chinese text in GB18030 has them in pairs, mostly of the first-level characters of
   GB 2312 (rows 0xB0 to 0xD7). Western text in Windows-1252, which holds Latin-1, has them alone or, letters only, two together
   ("Füße"), between ASCII letters.
5. What is neither, and UTF-8 with a few broken bytes is refused, with the words for `--encoding`.
"""

from __future__ import annotations

import codecs
import io
import re
from typing import NamedTuple

BLOCK = 1 << 20
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
LABELS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "gb18030": "GB18030",
    "cp1252": "Windows-1252 (Latin-1)",
}
_PAIRED, _FIRST_LEVEL, _ALONE = 0.9, 0.6, 0.9
"""Shares of a file's high bytes that decide."""

_RUN = re.compile(rb"[\x80-\xff]+")
_PAIR = re.compile(rb"[\xa1-\xa9\xb0-\xf7][\xa1-\xfe]")
_HANZI = re.compile(rb"[\xb0-\xf7][\xa1-\xfe]")


class Encoding(NamedTuple):
    """An encoding as Python calls it ("" when the bytes do not tell); whether it was concluded from the letters alone."""

    name: str
    guessed: bool = False

    @property
    def label(self) -> str:
        """What people call it."""
        return LABELS.get(self.name, self.name)


def encoding_called(text: str) -> str:
    """Python's name of an encoding of text that a person named, "" for none."""
    usual = {"latin-1": "cp1252", "latin1": "cp1252", "iso-8859-1": "cp1252", "gbk": "gb18030", "gb2312": "gb18030"}
    wanted = usual.get(text.casefold(), text)
    try:
        found = codecs.lookup(wanted)
        "a,b".encode(found.name).decode(found.name)
    except (LookupError, ValueError, TypeError):
        return ""
    return found.name


def encoding_of(file: io.BufferedReader) -> Encoding:
    """Find out how a file is encoded; it is read once, and stands at its beginning afterwards."""
    head = file.read(BLOCK)
    file.seek(0)
    for mark, name in MARKS:
        if head.startswith(mark):
            return Encoding(name)
    if b"\0" in head:
        return Encoding(_of_pairs(head) or "utf-8")
    if _reads(file, "utf-8"):
        return Encoding("utf-8")
    return Encoding(_of_letters(file), guessed=True)


def _of_pairs(head: bytes) -> str:
    """UTF-16 without a mark: the NULs stand on one side of the pairs."""
    first, second = head[::2].count(0), head[1::2].count(0)
    if (first and second) or len(head) < 2:
        return ""
    name = "utf-16-be" if first else "utf-16-le"
    text = head[: len(head) - len(head) % 2].decode(name, errors="replace")
    whole = max(first, second) == len(head) // 2  # ASCII only
    return name if whole or ("\n" in text and "\ufffd" not in text) else ""


def _of_letters(file: io.BufferedReader) -> str:
    """GB18030 or Windows-1252 by what stands beside each high byte; "" where it is neither."""
    runs = meant = high = paired = alone = hanzi = first_level = 0
    for block in iter(lambda: file.read(BLOCK), b""):
        for run in _RUN.findall(block):
            runs += 1
            meant += _is_utf8(run)
            high += len(run)
            if len(run) == 1 or (len(run) == 2 and min(run) >= 0xC0):
                alone += len(run)
            if len(run) == 1:
                continue
            paired += 2 * len(_PAIR.findall(run))
            found = _HANZI.findall(run)
            hanzi += len(found)
            first_level += sum(pair[0] <= 0xD7 for pair in found)
    file.seek(0)
    if meant > runs // 2:  # UTF-8 with a few broken bytes, which nobody shall read as something else
        return ""
    if paired >= _PAIRED * high and hanzi and first_level >= _FIRST_LEVEL * hanzi and _reads(file, "gb18030"):
        return "gb18030"
    if alone >= _ALONE * high and _reads(file, "cp1252"):
        return "cp1252"
    return ""


def _is_utf8(run: bytes) -> bool:
    try:
        run.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _reads(file: io.BufferedReader, name: str) -> bool:
    """Whether the whole file can be read so."""
    decoder = codecs.getincrementaldecoder(name)()
    try:
        for block in iter(lambda: file.read(BLOCK), b""):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True
