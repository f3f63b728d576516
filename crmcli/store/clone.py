"""This copy of the book: its id, bound to machine and path, and the segment it may append to."""

from __future__ import annotations

import json
import random
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from crmcli.model.ids import letters
from crmcli.store import disk
from crmcli.store.journal import SEGMENT_LIMIT
from crmcli.store.layout import JOURNAL as FOLDER

_MACHINE_FILES = ("/etc/machine-id", "/var/lib/dbus/machine-id")


class Segment(NamedTuple):
    """A segment to append to: path relative to the book, and its present length (0 = to be begun)."""

    path: str
    length: int


def clone_id(root: Path, state: Path, source: random.Random) -> str:
    """This clone's five letters; a folder that was copied or moved to another machine or path draws new ones."""
    place = f"{_machine()} {root.resolve()}"
    file = state / "clone"
    try:
        known, _, at = file.read_text(encoding="utf-8").strip().partition(" ")
    except (OSError, UnicodeDecodeError):
        known = at = ""
    if known and at == place:
        return known
    fresh = letters(source, 5)
    disk.make_folder(state)
    disk.write_atomic(file, f"{fresh} {place}\n".encode())
    return fresh


def _machine() -> str:
    for name in _MACHINE_FILES:
        try:
            return Path(name).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            continue
    import platform  # noqa: PLC0415 - only where there is no machine id

    return platform.node()


def segment_for(root: Path, state: Path, clone: str, head: str | None, now: datetime, source: random.Random) -> Segment:
    """The segment an op is appended to: the one begun under this HEAD while it has room, else a new name.

    `head` None means outside git, where a segment is sealed by size and month.
    """
    month = f"{now:%Y-%m}"
    mark = f"git:{head}" if head is not None else f"month:{month}"
    try:
        begun = json.loads((state / "segment").read_text(encoding="utf-8"))
        path = root / begun["path"]
        if begun["mark"] == mark and begun["clone"] == clone and path.stat().st_size < SEGMENT_LIMIT:
            return Segment(begun["path"], path.stat().st_size)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    while True:
        name = f"{FOLDER}/{month}/{clone}-{letters(source, 10)}.jsonl"
        if not (root / name).exists():
            return Segment(name, 0)


def remember_segment(state: Path, path: str, clone: str, head: str | None) -> None:
    """Note under which HEAD (or month) the segment was begun."""
    mark = f"git:{head}" if head is not None else f"month:{path.split('/')[1]}"
    text = json.dumps({"path": path, "mark": mark, "clone": clone})
    file = state / "segment"
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        file.write_text(text, encoding="utf-8")
