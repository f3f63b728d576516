"""What the next writing command does about ops that were cut off (STORE §4 rule 17)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from crmcli.store import disk, pending
from crmcli.store.commit import NotDecidedError, NotInPlaceError, place_files, undo_append
from crmcli.store.lock import is_locked
from crmcli.store.pending import Pending, digest
from crmcli.store.place import Conflict


class Recovered(NamedTuple):
    """One op that was finished (`done`) or dropped, with the outbox entries that are now due."""

    op: str
    done: bool
    conflicts: list[Conflict]
    outbox: list[dict[str, object]]
    folder: Path


def recover(root: Path, state: Path) -> Iterator[Recovered]:
    """Finish or drop every pending op, oldest first; the caller forgets each folder once the outbox has its entries.

    Raises `NotInPlaceError` and `NotDecidedError` (exit 1) while the disk does not let it.
    """
    for folder in pending.folders(state):
        try:
            yield _recover_one(root, state, folder)
        except OSError as error:
            raise NotDecidedError(folder.name, error) from error


def _recover_one(root: Path, state: Path, folder: Path) -> Recovered:
    record = pending.read(folder)
    if record is None:
        return Recovered(folder.name, False, [], [], folder)
    content = committed_events(root, record)
    if content is None:
        undo_append(root, record)
        return Recovered(record.op, False, [], [], folder)
    try:
        conflicts = place_files(root, state, folder, record, content)
    except OSError as error:
        raise NotInPlaceError(record.op, error) from error
    return Recovered(record.op, True, conflicts, record.outbox, folder)


def committed_events(root: Path, record: Pending) -> bytes | None:
    """The op's events as they stand in the segment, None when they are not complete."""
    try:
        with (root / record.segment).open("rb") as segment:
            segment.seek(record.start)
            content = segment.read(record.length)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return content if digest(content) == record.events else None


def forget(recovered: Recovered) -> None:
    """Remove the pending folder of an op that has been dealt with."""
    disk.remove_folder(recovered.folder)


def readable_length(root: Path, state: Path) -> dict[str, int]:
    """How far readers may read segments that an unfinished op was appending to, by path."""
    limits: dict[str, int] = {}
    for folder in pending.folders(state):
        with suppress(OSError):
            record = pending.read(folder)
            if record is not None and committed_events(root, record) is None:
                limits[record.segment] = record.start
    return limits


def unfinished(root: Path, state: Path) -> list[str]:
    """Ops that were cut off and wait for the next writing command; empty while somebody is writing just now."""
    waiting = [folder.name for folder in pending.folders(state)]
    return waiting if waiting and not is_locked(root) else []
