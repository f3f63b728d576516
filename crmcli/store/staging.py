"""The new bytes of an op before its commit point: in the slot when they are few, else in a folder of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from stat import S_IMODE

from crmcli.light import NamedTuple
from crmcli.store import disk, pending, slot
from crmcli.store.pending import Pending, PlannedFile, digest

NEW = 0o666
"""The rights of a new file, before the umask."""


class Staged(NamedTuple):
    """Where the new bytes of an op are: in files named `prefix` + name, or in `news` until they are wanted as files."""

    prefix: str
    news: Mapping[str, bytes]


def staged_in_folder(folder: Path) -> Staged:
    """The bytes that an op staged in its own folder."""
    return Staged(f"{folder}/", {})


def staged_in_slot(state: Path, op: str, news: Mapping[str, bytes]) -> Staged:
    """The bytes that an op staged in the slot; they get a name beside the folders just before they are renamed."""
    return Staged(f"{state / pending.FOLDER}/{op}.", news)


def waiting(state: Path) -> Iterator[tuple[Pending, Staged]]:
    """The ops that wait, in the slot and in folders, as far as they can be read: their records, and where their bytes are."""
    with suppress(OSError):
        held = slot.read(state)
        if held is not None:
            yield held.record, staged_in_slot(state, held.record.op, held.news)
    for folder in pending.folders(state):
        with suppress(OSError):
            record = pending.read(folder)
            if record is not None:
                yield record, staged_in_folder(folder)


class Layout(NamedTuple):
    """How the fields of a record file are laid out, for merging one that somebody else changed: see `PlannedFile`."""

    order: tuple[str, ...] = ()
    maps: tuple[str, ...] = ()


PLAIN = Layout()
"""Of a file that nobody can have changed: a new one, one that goes."""


class Staging:
    """Takes the new bytes of an op. They stay in memory while they fit the slot, and go to the op's folder after that."""

    def __init__(self, root: Path, state: Path, op: str) -> None:
        self._root = root
        self._state = state
        self._op = op
        self._folder = state / pending.FOLDER / op
        self._news: dict[str, bytes] = {}
        self._room = slot.SIZE
        self._in_folder = False
        self._in_slot = False
        self._late: list[str] = []  # staged without fsync so far; past the limit one sync does for all
        self.files: list[PlannedFile] = []

    def add(self, path: str, old: str, content: bytes | None, layout: Layout) -> None:
        """Stage a file: its new bytes, None when it goes away; `old` is the hash of those it has."""
        name = f"{len(self.files)}.new"
        file = PlannedFile(path, old, "" if content is None else digest(content), name, layout.order, layout.maps)
        self.files.append(file)
        if content is not None:
            self._room -= len(content)
            if self._in_folder:
                self._write(file, content)
            else:
                self._news[name] = content
        if not self._in_folder and (self._room < 0 or len(self.files) > disk.SYNC_EACH_LIMIT):
            self._spill()

    def make_durable(self, record: Pending, events: bytes) -> Staged:
        """Make everything durable that is needed to finish the op."""
        if not self._in_folder:
            self._in_slot = slot.fill(self._state, record, self._news, events)
            if self._in_slot:
                return staged_in_slot(self._state, self._op, self._news)
            self._spill()
        slot.settle(self._state)
        many = len(self._late) > disk.SYNC_EACH_LIMIT
        for name in [] if many else self._late:
            disk.sync_file(self._folder / name)
        disk.write_new(self._folder / pending.FILE, pending.encode(record), sync=not many)
        if many:
            disk.sync_all()
        disk.sync_folder(self._folder)
        disk.sync_folder(self._folder.parent)  # also makes it durable that earlier ops' records are gone
        return staged_in_folder(self._folder)

    def close(self, *, sync: bool = False) -> None:
        """Forget what was staged: the op is done, or dropped. `sync`: one in the slot must not come back after a power failure."""
        if self._in_folder:
            forget_folder(self._folder)
        elif self._in_slot:
            slot.clear(self._state, sync=sync)

    def _spill(self) -> None:
        """From memory to the folder; its parents are made durable where they are new."""
        home = self._folder.parent
        new = not home.is_dir()
        self._in_folder = True
        disk.make_folder(self._folder)
        if new:
            disk.sync_folder(self._state)
            disk.sync_folder(self._root)
        for file in self.files:
            if file.staged in self._news:
                self._write(file, self._news.pop(file.staged))

    def _write(self, file: PlannedFile, content: bytes) -> None:
        mode = rights(self._root / file.path) if file.old else NEW
        disk.write_new(f"{self._folder}/{file.staged}", content, sync=False, mode=mode)
        if len(self._late) <= disk.SYNC_EACH_LIMIT:
            self._late.append(file.staged)


def forget_folder(folder: Path) -> None:
    """Remove the folder of an op that is done or dropped; it does not come back to count again after a power failure.

    Its record is emptied durably first: the slot of a later op says nothing of names in `pending`, and an op that came back
    would take that one's lines for its own that were torn, or put in place again what that one changed back.
    """
    with suppress(FileNotFoundError, NotADirectoryError):
        disk.truncate(folder / pending.FILE, 0)
    disk.remove_folder(folder)


def rights(path: Path) -> int:
    """The rights a file has keeps its next version; a new one gets what the umask leaves."""
    try:
        return S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return NEW
