"""The pending record of an op: enough to finish it or to drop it after a crash (STORE §4 rules 16 and 17)."""

import os
from pathlib import Path

from crmcli.light import NamedTuple
from crmcli.store.disk import read_whole
from crmcli.store.inside import is_inner, is_name
from crmcli.store.layout import JOURNAL, SEGMENT

try:
    from _blake2 import blake2b  # without hashlib, which loads OpenSSL at every start (4 ms)
except ImportError:  # pragma: no cover - a Python without the accelerator
    from hashlib import blake2b

FOLDER = "pending"
FILE = "pending.json"
_NO_FILES = '"files": []'
_PIECE = 1_000
"""Files written at a time."""


class PlannedFile(NamedTuple):
    """One file an op writes: hashes before and after ("" = absent), the staged file's name, and how its fields are laid out."""

    path: str
    old: str
    new: str
    staged: str
    order: tuple[str, ...] = ()
    maps: tuple[str, ...] = ()


class Pending(NamedTuple):
    """What an op is about to do. `start` and `length` are where its events stand in the segment, `events` their hash."""

    op: str
    head: str
    segment: str
    start: int
    length: int
    events: str
    files: list[PlannedFile]
    outbox: list[dict[str, object]]


def digest(content: bytes) -> str:
    """The hash used for record files and event runs."""
    return blake2b(content, digest_size=16).hexdigest()


def hasher() -> blake2b:
    """The same hash, to be fed in parts."""
    return blake2b(digest_size=16)


def digest_file(path: Path) -> str:
    """The hash of a file as it lies there, "" when there is none; raises `NotPlainError` for what is no plain file."""
    try:
        return digest(read_whole(path))
    except FileNotFoundError:
        return ""


def encode(pending: Pending, **more: object) -> bytes:
    """Write a pending record as JSON, with `more` keys beside its own; a piece at a time, as a large import has 100,000 files."""
    import json  # noqa: PLC0415 - where an op waits
    from io import BytesIO  # noqa: PLC0415

    whole = json.dumps(pending._asdict() | {"files": []} | more, ensure_ascii=False)
    head, _, tail = whole.partition(_NO_FILES)
    found = BytesIO()
    found.write(f"{head}{_NO_FILES[:-1]}".encode())
    for start in range(0, len(pending.files), _PIECE):
        piece = json.dumps(pending.files[start : start + _PIECE], ensure_ascii=False)[1:-1]
        found.write((f", {piece}" if start else piece).encode())
    found.write(f"]{tail}".encode())
    return found.getvalue()


def decode(found: object) -> Pending:
    """Make a pending record of its JSON object; `ValueError` when it is none.

    One whose paths do not stay in the book, or whose segment is none, is no such record: crm did not write it.
    """
    match found:
        case {
            "op": str(op),
            "head": str(head),
            "segment": str(segment),
            "start": int(start),
            "length": int(length),
            "events": str(events),
            "files": list(files),
            "outbox": list(outbox),
        }:
            planned = [_planned(file) for file in files]
            record = Pending(op, head, segment, start, length, events, planned, [_due(entry) for entry in outbox])
            if start >= 0 <= length and _is_of_a_book(record):
                return record
    raise ValueError(found)


def _planned(found: object) -> PlannedFile:
    match found:
        case [str(path), str(old), str(new), str(staged), [*order], [*maps]]:
            return PlannedFile(path, old, new, staged, tuple(map(str, order)), tuple(map(str, maps)))
    raise ValueError(found)


def _due(found: object) -> dict[str, object]:
    if isinstance(found, dict) and is_name(found.get("key")):
        return found
    raise ValueError(found)


def _is_of_a_book(record: Pending) -> bool:
    paths = [record.segment, *(file.path for file in record.files)]
    names = [record.op, *(file.staged for file in record.files)]
    in_journal = record.segment.startswith(f"{JOURNAL}/") and record.segment.endswith(SEGMENT)
    return in_journal and all(map(is_inner, paths)) and all(map(is_name, names))


def read(folder: Path) -> Pending | None:
    """Read the pending record of a folder; None when it was never finished (the op had not begun to count).

    A record that is there and cannot be read raises `OSError`: what it says is not known, so nothing may be dropped.
    """
    import json  # noqa: PLC0415 - where an op waits

    try:
        return decode(json.loads(read_whole(folder / FILE)))
    except (FileNotFoundError, NotADirectoryError, ValueError, RecursionError):
        return None


def folders(state: Path) -> list[Path]:
    """Folders of ops that are not finished, oldest first."""
    return sorted(Path(entry.path) for entry in _entries(state) if entry.is_dir(follow_symlinks=False))


def strays(state: Path) -> list[Path]:
    """Files beside them: second names that ops of the slot use, left by one that was cut off."""
    return sorted(Path(entry.path) for entry in _entries(state) if not entry.is_dir(follow_symlinks=False))


def _entries(state: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(state / FOLDER) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []
