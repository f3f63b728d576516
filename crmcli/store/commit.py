"""One op onto the disk: staged, one commit point, recoverable (STORE §4 rules 16 to 18).

The order of steps is the promise: new bytes and the pending record are durable before the op's events are appended to
the segment; that append is the commit point; everything after it can be done again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from crmcli.errors import CrmError
from crmcli.model.event import Event
from crmcli.store import disk, pending
from crmcli.store.clone import Segment
from crmcli.store.journal import encode_event
from crmcli.store.pending import Pending, PlannedFile, digest
from crmcli.store.place import Conflict, put_in_place


class NothingWrittenError(CrmError):
    """No space, no permission or an I/O error before the commit point."""

    def __init__(self, root: Path, error: OSError) -> None:
        super().__init__(
            f"could not write to {root}: {error.strerror or error}",
            hint="nothing was changed; make room or get the right to write there, then run it again",
        )


class Committed(NamedTuple):
    """What lies on disk now: where the events stand, and the files that somebody else had changed meanwhile."""

    segment: str
    start: int
    content: bytes
    files: list[PlannedFile]
    conflicts: list[Conflict]


class Commit:
    """An op on its way to the disk. Stage files, write events, then `complete`; `close` when the index knows it."""

    def __init__(self, root: Path, state: Path, op: str, head: str) -> None:
        self._root = root
        self._state = state
        self._op = op
        self._head = head
        self.folder = state / "pending" / op
        self._files: list[PlannedFile] = []
        self._lines: list[bytes] = []
        self._late: list[Path] = []  # staged without fsync so far

    def stage(
        self,
        path: str,
        old: str,
        content: bytes | None,
        *,
        order: Sequence[str] = (),
        maps: Sequence[str] = (),
    ) -> None:
        """Stage new bytes for a file (None removes it); `old` is the hash of the bytes the plan was made on."""
        if not self._files:
            self._guard(lambda: disk.make_folder(self.folder))
        name = f"{len(self._files)}.new"
        new = ""
        if content is not None:
            new = digest(content)
            staged = self.folder / name
            self._guard(lambda: disk.write_new(staged, content, sync=False))
            self._late.append(staged)
        self._files.append(PlannedFile(path, old, new, name, tuple(order), tuple(maps)))

    def write(self, event: Event) -> None:
        """Add an event to the op."""
        self._lines.append(encode_event(event))

    def complete(self, segment: Segment, outbox: list[dict[str, object]]) -> Committed:
        """Make the op durable and put its files in place; past the append it is done whatever happens."""
        content = b"".join(self._lines)
        record = Pending(
            self._op, self._head, segment.path, segment.length, len(content), digest(content), self._files, outbox
        )
        target = self._root / segment.path
        self._guard(lambda: self._make_durable(record, target))
        try:
            disk.append(target, content)
            if not segment.length:
                disk.sync_folder(target.parent)
        except OSError as error:
            undo_append(self._root, record)
            self.close()
            raise NothingWrittenError(self._root, error) from error
        conflicts = place_files(self._root, self._state, self.folder, record, content)
        return Committed(segment.path, segment.length, content, self._files, conflicts)

    def close(self) -> None:
        """Forget the pending record: the op is done, or dropped."""
        disk.remove_folder(self.folder)

    def _make_durable(self, record: Pending, segment: Path) -> None:
        if not segment.parent.is_dir():
            disk.make_folder(segment.parent)
            disk.sync_folder(segment.parent.parent)
        disk.make_folder(self.folder)
        many = len(self._late) > disk.SYNC_EACH_LIMIT
        for staged in [] if many else self._late:
            disk.sync_file(staged)
        disk.write_new(self.folder / pending.FILE, pending.encode(record), sync=not many)
        if many:
            disk.sync_all()
        disk.sync_folder(self.folder)

    def _guard(self, step: Callable[[], None]) -> None:
        try:
            step()
        except OSError as error:
            self._drop()
            raise NothingWrittenError(self._root, error) from error

    def _drop(self) -> None:
        try:
            self.close()
        except OSError:
            return  # the next writing command drops it: its events were never appended


def undo_append(root: Path, record: Pending) -> None:
    """Take back events that were written in part: truncate to the noted length, or remove a segment just begun."""
    target = root / record.segment
    if not target.exists():
        return
    if record.start == 0:
        disk.remove(target)
    elif target.stat().st_size > record.start:
        disk.truncate(target, record.start)


def place_files(root: Path, state: Path, folder: Path, record: Pending, content: bytes) -> list[Conflict]:
    """Rename every staged file over its target, re-hashing each before; sync the folders once at the end."""
    conflicts = []
    parents: set[Path] = set()
    for file in record.files:
        target = root / file.path
        if target.parent not in parents:
            disk.make_folder(target.parent)
            parents.add(target.parent)
        conflict = put_in_place(root, state, folder, record.op, file, content)
        if conflict:
            conflicts.append(conflict)
    for parent in parents:
        disk.sync_folder(parent)
    return conflicts
