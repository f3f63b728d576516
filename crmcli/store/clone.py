"""The segment that this copy of the book may append to."""

from __future__ import annotations

import json
import random
from datetime import datetime
from pathlib import Path

from crmcli.light import NamedTuple
from crmcli.model.ids import letters
from crmcli.store import disk
from crmcli.store.holders import letters_here
from crmcli.store.journal import SEGMENT_LIMIT, SUFFIX
from crmcli.store.layout import JOURNAL as FOLDER


class Segment(NamedTuple):
    """A segment to append to: path relative to the book, and its present length (0 = to be begun)."""

    path: str
    length: int


def segment_for(root: Path, state: Path, clone: str, head: str | None, now: datetime, source: random.Random) -> Segment:
    """The segment an op is appended to: the one begun under this HEAD while it has room, else a new name.

    `head` is git's mark (`git.head_mark`); None means outside git, where a segment is sealed by size and month.
    """
    month = f"{now:%Y-%m}"
    begun = _begun(root, state, clone, _mark(head, month))
    return begun or new_segment(root, clone, now, source)


def new_segment(root: Path, clone: str, now: datetime, source: random.Random) -> Segment:
    """A segment that no clone has begun."""
    while True:
        name = f"{FOLDER}/{now:%Y-%m}/{clone}-{letters(source, 10)}{SUFFIX}"
        if not (root / name).exists():
            return Segment(name, 0)


def _begun(root: Path, state: Path, clone: str, mark: str) -> Segment | None:
    """The segment noted as begun, when it may still be appended to."""
    try:
        noted = json.loads(disk.read_whole(state / "segment"))
        if noted["mark"] != mark or noted["clone"] != clone:
            return None
        length, last = disk.end_of(root / noted["path"])
        whole = 0 < length < SEGMENT_LIMIT and last == b"\n"  # what was cut off would swallow the next line
        return Segment(noted["path"], length) if whole else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def open_segment(root: Path, state: Path, head: str | None, now: datetime) -> str:
    """The segment that the next op would be appended to, "" when it would begin one: every other one is sealed."""
    begun = _begun(root, state, letters_here(root, state), _mark(head, f"{now:%Y-%m}"))
    return begun.path if begun else ""


def remember_segment(state: Path, path: str, clone: str, head: str | None) -> None:
    """Note under which HEAD (or month) the segment was begun."""
    text = json.dumps({"path": path, "mark": _mark(head, path.split("/")[1]), "clone": clone})
    disk.write_atomic(state / "segment", text.encode(), sync=False)


def _mark(head: str | None, month: str) -> str:
    return f"month:{month}" if head is None else f"git:{head}"
