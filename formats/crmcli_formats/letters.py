"""The messages of a mailbox, whatever kind it is: one after another, each with its place, none larger than fits in memory.

A mailbox is read twice: once through, to see which messages belong together, and then message by message where each lies.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

from crmcli_formats.lines import open_plain

LARGEST = 40 * 1024 * 1024
"""Bytes of one message: what mail servers take at most, and some more for the letters of base64."""

TOO_LARGE = f"it has more than {LARGEST >> 20} MB"


class Place(NamedTuple):
    """Where a message lies: its file, the line and byte where it begins (line 0: the file is the message), its length."""

    path: Path
    line: int
    start: int
    length: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}" if self.line else str(self.path)


class Found(NamedTuple):
    """A message as it lies there. `trouble` says why it cannot be read, `aside` why nobody wants it (trash, a draft)."""

    place: Place
    content: bytes
    trouble: str = ""
    aside: str = ""


class MailFormat(Protocol):
    """What a format of messages has besides."""

    def messages(self, path: Path) -> Iterator[Found]:
        """The messages of a mailbox, in its order."""

    def again(self, place: Place) -> bytes:
        """The bytes of one message; raises `OSError` where it is gone meanwhile."""


def whole_file(path: Path) -> Found:
    """A file that is one message."""
    with open_plain(path) as file:
        content = file.read(LARGEST + 1)
    place = Place(path, 0, 0, len(content))
    return Found(place, b"", TOO_LARGE) if len(content) > LARGEST else Found(place, content)
