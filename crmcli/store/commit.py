"""One op onto the disk: staged, one commit point, recoverable (STORE §4 rules 16 to 18).

The order of steps is the promise: new bytes and the pending record are durable before the op's events are appended to
the segment; that append is the commit point; everything after it can be done again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TypeVar

from crmcli.errors import CrmError
from crmcli.light import NamedTuple
from crmcli.model.event import Event
from crmcli.store import disk
from crmcli.store.clone import Segment
from crmcli.store.inside import Inside
from crmcli.store.journal import encode_event
from crmcli.store.pending import Pending, PlannedFile, digest
from crmcli.store.place import Conflict, put_in_place
from crmcli.store.remedy import remedy
from crmcli.store.staging import PLAIN, Layout, Staged, Staging

_Made = TypeVar("_Made")


class NothingWrittenError(CrmError):
    """No space, no permission or an I/O error before the commit point."""

    def __init__(self, root: Path, error: OSError) -> None:
        super().__init__(
            f"could not write to {root}: {error.strerror or error}",
            hint=f"nothing was changed; {remedy(error) or 'mend that'}, then run it again",
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
        self._staging = Staging(root, state, op)
        self._inside = Inside(root)
        self._events = BytesIO()  # gives its bytes away without a copy: an import of 100,000 rows has 90 MB of them
        self._final = False  # whether doing it again after a power failure could harm

    def stage(self, path: str, old: str, content: bytes | None, layout: Layout = PLAIN) -> None:
        """Stage new bytes for a file (None removes it); `old` is the hash of the bytes the plan was made on."""
        self._inside.insist(path)
        try:
            self._staging.add(path, old, content, layout)
        except OSError as error:
            self.drop()
            raise NothingWrittenError(self._root, error) from error

    def write(self, event: Event) -> None:
        """Add an event to the op."""
        self._events.write(encode_event(event))

    def complete(
        self, segment: Segment, outbox: list[dict[str, object]], insist: Callable[[], None] | None = None
    ) -> Committed:
        """Make the op durable and put its files in place; past the append it is done whatever happens.

        What `insist` raises just before that drops the op.
        """
        self._inside.insist(segment.path)
        content = self._events.getvalue()
        files = self._staging.files
        record = Pending(
            self._op, self._head, segment.path, segment.length, len(content), digest(content), files, outbox
        )
        staged = self._guard(lambda: self._make_durable(record, content))
        self._ask(insist)
        self._append(record, content)
        try:
            conflicts = place_files(self._root, self._state, staged, record, content)
        except OSError as error:
            raise NotInPlaceError(self._op, error) from error
        self._final = bool(outbox or conflicts or not all(file.new for file in files))
        return Committed(segment.path, segment.length, content, files, conflicts)

    def close(self) -> None:
        """Forget the pending record: the op is done, or dropped.

        Durably where doing it again would run a hook again, park a version again, or remove a file that was brought back.
        """
        self._staging.close(sync=self._final)

    def drop(self) -> None:
        """Give up an op that is not completed; what cannot be removed now, the next writing command removes."""
        with suppress(OSError):
            self.close()

    def _ask(self, insist: Callable[[], None] | None) -> None:
        try:
            if insist is not None:
                insist()
        except CrmError:
            self.drop()
            raise

    def _append(self, record: Pending, content: bytes) -> None:
        """The commit point: afterwards the op is done, or has never been."""
        target = self._root / record.segment
        try:
            disk.append(target, content)
            if not record.start:
                disk.sync_folder(target.parent)
        except OSError as error:
            try:
                undo_append(self._root, record, content)
            except OSError as again:
                raise NotDecidedError(self._op, again) from error
            self.drop()
            raise NothingWrittenError(self._root, error) from error

    def _make_durable(self, record: Pending, content: bytes) -> Staged:
        if not record.start:
            disk.make_folder_durably((self._root / record.segment).parent)
        return self._staging.make_durable(record, content)

    def _guard(self, step: Callable[[], _Made]) -> _Made:
        try:
            return step()
        except OSError as error:
            self.drop()
            raise NothingWrittenError(self._root, error) from error


def undo_append(root: Path, record: Pending, events: bytes | None = None) -> None:
    """Take back events that were written in part: truncate to the noted length, then remove a segment just begun.

    What stands there and is not the op's is not touched: a segment that is longer than the op made it, or (where its
    `events` are known) bytes that are neither theirs nor the zeros a power failure leaves.
    """
    target = root / record.segment
    try:
        tail = disk.read_part(target, record.start, record.length + 1)
    except FileNotFoundError:
        return
    if len(tail) > record.length or (
        events is not None and any(a not in (b, 0) for a, b in zip(tail, events, strict=False))
    ):
        return
    if tail:
        disk.truncate(target, record.start)
    if record.start == 0:
        disk.remove(target)


def place_files(root: Path, state: Path, staged: Staged, record: Pending, content: bytes) -> list[Conflict]:
    """Rename every staged file over its target, re-hashing each before; what is to go goes last; folders are synced once."""
    conflicts = []
    seen: set[str] = set()
    parents: set[Path] = set()
    inside = Inside(root)
    for file in record.files:
        inside.insist(file.path)
    for file in sorted(record.files, key=lambda planned: not planned.new):
        folder_name = file.path.rpartition("/")[0]
        if folder_name not in seen:
            seen.add(folder_name)
            parent = root / folder_name
            disk.make_folder_durably(parent)
            parents.add(parent)
        conflict = put_in_place(root, state, staged, record.op, file, content)
        if conflict:
            conflicts.append(conflict)
    for parent in sorted(parents):
        disk.sync_folder(parent)
    return conflicts
