"""Putting one staged file in place without losing what somebody else wrote there meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from crmcli.light import NamedTuple
from crmcli.model.event import Event
from crmcli.model.record import BODY, Fields, Value
from crmcli.store import disk
from crmcli.store.journal import read_events
from crmcli.store.pending import PlannedFile, digest_file
from crmcli.store.records import ref_of
from crmcli.store.replay import merged_list, same
from crmcli.store.staging import Staged, rights
from crmcli.text import frontmatter


class Conflict(NamedTuple):
    """A file that was changed meanwhile in the same place; `parked` is where the version not kept lies."""

    path: str
    parked: str


def put_in_place(
    root: Path, state: Path, staged: Staged, op: str, file: PlannedFile, content: bytes
) -> Conflict | None:
    """Bring one file to its new state, whether it still is as planned, already done, or changed by somebody.

    `content` is the op's events: what of theirs concerns this file is merged by field into a version nobody planned on.
    An `OSError` leaves everything as it was or as it is to be; doing it again is safe.
    """
    if not file.old and file.new and file.staged not in staged.news and _is_begun(root, staged, file):
        return None
    return _Placing(root, state, staged, op, file, content).run()


def _is_begun(root: Path, staged: Staged, file: PlannedFile) -> bool:
    """Give a new file its name where nobody has it, which is all there is to do of most of an import."""
    try:
        return disk.link(f"{staged.prefix}{file.staged}", f"{root}/{file.path}")
    except (FileExistsError, FileNotFoundError, NotADirectoryError):  # what stands there is looked into
        return False


class _Placing:
    """One file on its way into place."""

    def __init__(self, root: Path, state: Path, staged: Staged, op: str, file: PlannedFile, content: bytes) -> None:
        self._state = state
        self._op = op
        self._file = file
        self._content = content
        self._target = root / file.path
        self._staged = Path(staged.prefix + file.staged)
        self._new = staged.news.get(file.staged)  # the bytes, while they have no name yet
        # The second name of what a rename puts out of its place; a new file needs none.
        self._displaced = Path(f"{staged.prefix}{file.staged}.old")

    def run(self) -> Conflict | None:
        file = self._file
        try:
            present = digest_file(self._target)
        except (disk.NotPlainError, NotADirectoryError):  # it stays as it is: whoever put it there knows why
            return self._park_ours()
        if present == file.new:
            conflict = self._look_behind()
            self._unname()
            return conflict
        if present != file.old:
            return self._merge()
        self._name_it()
        return self._swap() if file.old else self._begin()

    def _name_it(self) -> None:
        """Write bytes that are only in memory or in the slot to a file that can be renamed."""
        if self._new is not None:
            try:
                disk.write_new(self._staged, self._new, mode=rights(self._target))
            except FileExistsError:
                disk.remove(self._staged)  # of an earlier try; it may even be a second name of the target
                disk.write_new(self._staged, self._new, mode=rights(self._target))

    def _unname(self) -> None:
        """Take away the staged name, where the slot still has the bytes.

        An op's folder keeps it until the target's name is durable, which is after the last file: a power failure may
        take back the one and not the other.
        """
        if self._new is not None:
            disk.remove(self._staged)

    def _begin(self) -> Conflict | None:
        """A file that is not there yet: a second name for the staged one, so that nothing is ever overwritten."""
        try:
            linked = disk.link(self._staged, self._target)
        except FileExistsError:
            return self._merge()
        if linked:
            self._unname()
        else:
            disk.replace(self._staged, self._target)
        return None

    def _swap(self) -> Conflict | None:
        """Rename the staged file over its target, keeping a name for what is displaced until it has been looked at."""
        try:
            linked = self._link_displaced()
        except FileNotFoundError:
            return self._merge()
        if digest_file(self._displaced if linked else self._target) != self._file.old:
            return self._merge()
        if self._file.new:
            disk.replace(self._staged, self._target)
        else:
            disk.remove(self._target)
        return self._look_behind() if linked else None

    def _link_displaced(self) -> bool:
        try:
            return disk.link(self._target, self._displaced)
        except FileExistsError:  # of an earlier try
            disk.remove(self._displaced)
            return disk.link(self._target, self._displaced)

    def _look_behind(self) -> Conflict | None:
        """An editor that had the displaced file open may have written into it after it was displaced."""
        if digest_file(self._displaced) in ("", self._file.old, self._file.new):
            disk.remove(self._displaced)
            return None
        theirs = self._displaced.read_bytes()
        return None if self._merged(theirs) else Conflict(self._file.path, self._park(theirs))

    def _merge(self) -> Conflict | None:
        """The file is neither as planned nor done: apply the op's own fields to it, or keep it and park ours."""
        theirs = self._target.read_bytes() if self._target.exists() else b""
        if theirs and self._file.new and self._merged(theirs, present=theirs):
            return None
        return self._park_ours(theirs)

    def _merged(self, theirs: bytes, *, present: bytes | None = None) -> bool:
        """Put the op's own changes into their version, if no field of it was changed on both sides.

        Nothing is written where that is what is `present`: the op was done before, and they changed the file after.
        """
        merged = merge_by_field(theirs, _events_of(self._content, self._file.path), self._file)
        if merged is None:
            return False
        if merged == present:
            return True
        staged = self._staged.with_name(f"{self._staged.name}.merged")
        disk.remove(staged)
        disk.write_new(staged, merged)
        disk.replace(staged, self._target)
        return True

    def _park_ours(self, theirs: bytes = b"") -> Conflict:
        """Keep what the op wanted; of a file it wanted gone, the version that stays."""
        ours = theirs
        if self._new is not None:
            ours = self._new
        elif self._file.new and self._staged.exists():
            ours = self._staged.read_bytes()
        return Conflict(self._file.path, self._park(ours))

    def _park(self, content: bytes) -> str:
        return park(self._state, self._op, self._file.path, content)


def park(state: Path, op: str, path: str, content: bytes) -> str:
    """Keep a version that lost under `.crm/conflicts/<op>/`; return where, relative to the book."""
    home = state / "conflicts" / op
    disk.make_folder(home)
    kept = home / path.replace("/", "__")
    disk.write_atomic(kept, content)
    return f"{state.name}/conflicts/{op}/{kept.name}"


def merge_by_field(theirs: bytes, events: Iterable[Event], file: PlannedFile) -> bytes | None:
    """Apply `events` to a version of the file they were not planned on; None when a field differs from both their ends."""
    try:
        text = theirs.decode("utf-8")
        document = frontmatter.parse(text)
        changes = _changes(document.fields | {BODY: document.body}, events)
        if changes is None:
            return None
        body = changes.pop(BODY, None) or "" if BODY in changes else None
        if isinstance(body, list):
            return None
        return frontmatter.edit(text, changes, order=file.order, maps=file.maps, body=body).encode()
    except (UnicodeDecodeError, frontmatter.FrontMatterError):
        return None


def _changes(fields: Fields, events: Iterable[Event]) -> dict[str, Value | None] | None:
    changes: dict[str, Value | None] = {}
    for event in events:
        if event.do not in ("set", "move"):
            return None
        present = changes.get(event.field, fields.get(event.field))
        if event.add or event.remove:
            changes[event.field] = merged_list(present, event.add, event.remove)
        elif same(present, event.from_) or same(present, event.to):
            changes[event.field] = event.to
        else:
            return None
    return changes or None


def _events_of(content: bytes, path: str) -> list[Event]:
    on = str(ref_of(path))
    return [e for e in read_events(content) if isinstance(e, Event) and e.on == on]
