"""One op onto the disk: staged, one commit point, recoverable (STORE §4 rules 16 to 18).

The order of steps is the promise: new bytes and the pending record are durable before the op's events are appended to
the segment; that append is the commit point; everything after it can be done again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from stat import S_IMODE
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


class NotDecidedError(CrmError):
    """The append failed, and taking it back failed too."""

    def __init__(self, op: str, error: OSError) -> None:
        super().__init__(
            f"writing op {op} failed, and so did taking it back: {error.strerror or error}",
            hint="mend the disk; the next crm command that writes finishes the op or drops it whole",
        )


class NotInPlaceError(CrmError):
    """The op is in the journal, but not all of its files could be written."""

    def __init__(self, op: str, error: OSError) -> None:
        where = f" {error.filename}" if isinstance(error.filename, str) else ""
        super().__init__(
            f"op {op} is in the journal, but its files could not all be written:{where} {error.strerror or error}",
            hint="nothing is lost: the next crm command that can write finishes it",
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
        self._events = BytesIO()  # gives its bytes away without a copy: an import of 100,000 rows has 90 MB of them
        self._late: list[str] = []  # staged without fsync so far; past the limit one sync does for all

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
            self._guard(self._make_home)
        name = f"{len(self._files)}.new"
        new = ""
        if content is not None:
            new = digest(content)
            staged = self.folder / name
            self._guard(lambda: disk.write_new(staged, content, sync=False, mode=self._mode(path, old)))
            if len(self._late) <= disk.SYNC_EACH_LIMIT:
                self._late.append(name)
        self._files.append(PlannedFile(path, old, new, name, tuple(order), tuple(maps)))

    def write(self, event: Event) -> None:
        """Add an event to the op."""
        self._events.write(encode_event(event))

    def complete(self, segment: Segment, outbox: list[dict[str, object]]) -> Committed:
        """Make the op durable and put its files in place; past the append it is done whatever happens."""
        content = self._events.getvalue()
        record = Pending(
            self._op, self._head, segment.path, segment.length, len(content), digest(content), self._files, outbox
        )
        target = self._root / segment.path
        self._guard(lambda: self._make_durable(record, target))
        self._append(record, target, content)
        try:
            conflicts = place_files(self._root, self._state, self.folder, record, content)
        except OSError as error:
            raise NotInPlaceError(self._op, error) from error
        return Committed(segment.path, segment.length, content, self._files, conflicts)

    def close(self) -> None:
        """Forget the pending record: the op is done, or dropped."""
        disk.remove_folder(self.folder)

    def _make_home(self) -> None:
        """Make the pending folder, and its parents durable where they are new."""
        home = self.folder.parent
        new = not home.is_dir()
        disk.make_folder(self.folder)
        if new:
            disk.sync_folder(self._state)
            disk.sync_folder(self._root)

    def _mode(self, path: str, old: str) -> int:
        """The rights a file has keeps it; a new one gets what the umask leaves."""
        return S_IMODE((self._root / path).stat().st_mode) if old else 0o666

    def drop(self) -> None:
        """Give up an op that is not completed; what cannot be removed now, the next writing command removes."""
        with suppress(OSError):
            self.close()

    def _append(self, record: Pending, target: Path, content: bytes) -> None:
        """The commit point: afterwards the op is done, or has never been."""
        try:
            disk.append(target, content)
            if not record.start:
                disk.sync_folder(target.parent)
        except OSError as error:
            try:
                undo_append(self._root, record)
            except OSError as again:
                raise NotDecidedError(self._op, again) from error
            self.drop()
            raise NothingWrittenError(self._root, error) from error

    def _make_durable(self, record: Pending, segment: Path) -> None:
        if not segment.parent.is_dir():
            disk.make_folder(segment.parent)
            disk.sync_folder(segment.parent.parent)
        if not self._files:
            self._make_home()
        many = len(self._late) > disk.SYNC_EACH_LIMIT
        for name in [] if many else self._late:
            disk.sync_file(self.folder / name)
        disk.write_new(self.folder / pending.FILE, pending.encode(record), sync=not many)
        if many:
            disk.sync_all()
        disk.sync_folder(self.folder)
        disk.sync_folder(self.folder.parent)  # also makes it durable that earlier ops' records are gone

    def _guard(self, step: Callable[[], None]) -> None:
        try:
            step()
        except OSError as error:
            self.drop()
            raise NothingWrittenError(self._root, error) from error


def undo_append(root: Path, record: Pending) -> None:
    """Take back events that were written in part: truncate to the noted length, then remove a segment just begun."""
    target = root / record.segment
    if not target.exists():
        return
    if target.stat().st_size > record.start:
        disk.truncate(target, record.start)
    if record.start == 0:
        disk.remove(target)


def place_files(root: Path, state: Path, folder: Path, record: Pending, content: bytes) -> list[Conflict]:
    """Rename every staged file over its target, re-hashing each before; what is to go goes last; folders are synced once."""
    conflicts = []
    seen: set[str] = set()
    parents: set[Path] = set()
    for file in sorted(record.files, key=lambda planned: not planned.new):
        folder_name = file.path.rpartition("/")[0]
        if folder_name not in seen:
            seen.add(folder_name)
            parent = root / folder_name
            if not parent.is_dir():
                disk.make_folder(parent)
                parents.add(parent.parent)
            parents.add(parent)
        conflict = put_in_place(root, state, folder, record.op, file, content)
        if conflict:
            conflicts.append(conflict)
    for parent in sorted(parents):
        disk.sync_folder(parent)
    return conflicts
