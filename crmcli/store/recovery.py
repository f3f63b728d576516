"""What the next writing command does about ops that were cut off (STORE §4 rule 17)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crmcli.errors import CrmError
from crmcli.light import NamedTuple
from crmcli.store import disk, pending, slot
from crmcli.store.commit import NotDecidedError, NotInPlaceError, place_files, undo_append
from crmcli.store.inside import Inside
from crmcli.store.leftovers import clear_leftovers
from crmcli.store.lock import is_locked
from crmcli.store.pending import Pending, digest
from crmcli.store.place import Conflict
from crmcli.store.remedy import remedy
from crmcli.store.staging import Staged, forget_folder, staged_in_folder, staged_in_slot


class NotReadError(CrmError):
    """Whether an op was cut off cannot be told, so nothing may be written over it."""

    def __init__(self, state: Path, error: OSError) -> None:
        super().__init__(
            f"cannot read {error.filename or state}: {error.strerror or error}",
            hint=f"nothing was changed; {remedy(error) or 'mend that'}, then run it again",
        )


class _CutOff(NamedTuple):
    """An op found in the slot or in a folder; without a record it had not begun to count."""

    op: str
    record: Pending | None
    staged: Staged
    folder: Path | None  # None: the slot
    events: bytes | None = None


class Recovered(NamedTuple):
    """One op that was finished (`done`) or dropped, with the outbox entries that are now due."""

    op: str
    done: bool
    conflicts: list[Conflict]
    outbox: list[dict[str, object]]
    folder: Path | None  # None: the slot


def recover(root: Path, state: Path) -> Iterator[Recovered]:
    """Finish or drop every pending op, oldest first; the caller forgets each one once the outbox has its entries.

    Raises `NotReadError`, `NotInPlaceError` and `NotDecidedError` (exit 1) while the disk does not let it,
    `LinkInBookError` (exit 6) when the op's segment lies behind a link.
    """
    try:
        found = _cut_off(state)
    except OSError as error:
        raise NotReadError(state, error) from error
    for op in found:
        yield _recover_one(root, state, op)
    for stray in pending.strays(state):
        disk.remove(stray)
    clear_leftovers(state)


def _cut_off(state: Path) -> list[_CutOff]:
    """Everything that lies in the slot and in folders, oldest first."""
    held = slot.read(state)
    found = [
        _CutOff(folder.name, pending.read(folder), staged_in_folder(folder), folder)
        for folder in pending.folders(state)
    ]
    if held is not None:
        op = held.record.op
        found.append(_CutOff(op, held.record, staged_in_slot(state, op, held.news), None, held.events))
    return sorted(found, key=lambda op: op.op)


def _recover_one(root: Path, state: Path, found: _CutOff) -> Recovered:
    record = found.record
    if record is None:
        return Recovered(found.op, False, [], [], found.folder)
    Inside(root).insist(record.segment)
    try:
        content = committed_events(root, record)
    except OSError as error:
        raise NotReadError(state, error) from error
    if content is None:
        try:
            undo_append(root, record, found.events)
        except OSError as error:
            raise NotDecidedError(record.op, error) from error
        return Recovered(record.op, False, [], [], found.folder)
    try:
        conflicts = place_files(root, state, found.staged, record, content)
    except OSError as error:
        raise NotInPlaceError(record.op, error) from error
    return Recovered(record.op, True, conflicts, record.outbox, found.folder)


def committed_events(root: Path, record: Pending) -> bytes | None:
    """The op's events as they stand in the segment, None when they are not complete."""
    try:
        content = disk.read_part(root / record.segment, record.start, record.length)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return content if digest(content) == record.events else None


def forget(state: Path, recovered: Recovered) -> None:
    """Remove what lies of an op that has been dealt with; it does not come back."""
    if recovered.folder is None:
        slot.clear(state, sync=True)
    else:
        forget_folder(recovered.folder)


def unfinished(root: Path, state: Path) -> list[str]:
    """Ops that were cut off and wait for the next writing command; empty while somebody is writing just now."""
    held = slot.read(state)
    waiting = sorted([*([held.record.op] if held else []), *(folder.name for folder in pending.folders(state))])
    return waiting if waiting and not is_locked(root) else []
