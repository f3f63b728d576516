"""Maildir: a folder with a file per message in `cur` and `new`; folders in it are read too.

What is marked as trash or as a draft (the letters T and D after `:2,`) is left aside. Files in `tmp`, whose names begin
with a point, and links are no messages.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from crmcli.errors import CrmError
from crmcli_formats.letters import Found, Place, whole_file

NAME: Final = "maildir"
TITLE: Final = "mail in a folder (Maildir)"
SUFFIXES: Final = ()
WHAT: Final = "messages"

_ASIDE = {"T": "in the trash", "D": "a draft"}
_MARKS = (":2,", ";2,", "!2,", "_2,")
"""Systems that allow no colon in names write other marks."""


def recognise(head: bytes, name: str) -> bool:
    """By the folders in it."""
    del name
    names = head.split(b"\n")
    return b"cur" in names or (b"new" in names and b"tmp" in names)


def messages(path: Path) -> Iterator[Found]:
    """The messages of a folder and the folders in it, in the order of their paths."""
    for folder, folders, files in os.walk(path):
        folders.sort()
        if os.path.basename(folder) in ("cur", "new"):  # noqa: PTH119 - a path per folder
            yield from (_message(Path(folder, name)) for name in sorted(files) if not name.startswith("."))


def again(place: Place) -> bytes:
    """The bytes of a message."""
    return whole_file(place.path).content


def _message(path: Path) -> Found:
    place = Place(path, 0, 0, 0)
    if path.is_symlink():
        return Found(place, b"", "it is a link to another file")
    aside = next((why for flag, why in _ASIDE.items() if flag in _flags(path.name)), "")
    if aside:
        return Found(place, b"", aside=aside)
    try:
        return whole_file(path)
    except OSError as error:
        return Found(place, b"", error.strerror or "it cannot be read")
    except CrmError as error:
        return Found(place, b"", str(error))


def _flags(name: str) -> str:
    return next((name.rpartition(mark)[2] for mark in _MARKS if mark in name), "")
