"""A message in a file of its own (RFC 5322), as mail programs save it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from crmcli_formats.letters import Found, Place, whole_file

NAME: Final = "eml"
TITLE: Final = "one message in a file (.eml)"
SUFFIXES: Final = (".eml",)
WHAT: Final = "messages"

_KNOWN = frozenset(
    [
        b"from",
        b"to",
        b"cc",
        b"date",
        b"subject",
        b"message-id",
        b"received",
        b"return-path",
        b"delivered-to",
        b"mime-version",
        b"in-reply-to",
        b"references",
        b"sender",
    ]
)
_NAME = re.compile(rb"([!-9;-~]{1,76})[ \t]*:")


def recognise(head: bytes, name: str) -> bool:
    """By its name, or by two different headers of mail in its first block of lines."""
    if name.casefold().endswith(SUFFIXES):
        return True
    block = re.split(rb"\r?\n\r?\n", head[:4096], maxsplit=1)[0]
    lines = block.splitlines()
    first = _NAME.match(lines[0]) if lines else None
    found = {match[1].lower() for line in lines if (match := _NAME.match(line))}
    return bool(first) and len(_KNOWN & found) > 1


def messages(path: Path) -> Iterator[Found]:
    """The one message."""
    yield whole_file(path)


def again(place: Place) -> bytes:
    """Its bytes."""
    return whole_file(place.path).content
