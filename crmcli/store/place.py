"""Putting one staged file in place without losing what somebody else wrote there meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from crmcli.model.event import Event
from crmcli.model.record import Value
from crmcli.store import disk
from crmcli.store.journal import read_events
from crmcli.store.pending import PlannedFile, digest_file
from crmcli.store.replay import merged_list, same
from crmcli.text import frontmatter


class Conflict(NamedTuple):
    """A file that was changed meanwhile in the same place; `parked` is where the version not kept lies."""

    path: str
    parked: str


def put_in_place(
    root: Path, state: Path, folder: Path, op: str, file: PlannedFile, content: bytes
) -> Conflict | None:
    """Bring one file to its new state, whether it still is as planned, already done, or changed by somebody.

    `content` is the op's events: what of theirs concerns this file is merged by field into a version nobody planned on.
    """
    target = root / file.path
    present = digest_file(target)
    if present == file.new:
        disk.remove(folder / file.staged)
        return None
    if present != file.old:
        return _merge(root, state, folder, op, file, content)
    displaced = _swap(folder, file, target)
    if displaced and digest_file(displaced) != file.old:  # an editor wrote through an old descriptor
        theirs = displaced.read_bytes()
        return _merge_bytes(root, state, op, file, content, theirs)
    return None


def _swap(folder: Path, file: PlannedFile, target: Path) -> Path | None:
    """Rename the staged file over its target; return the second name of what was displaced."""
    staged = folder / file.staged
    if not file.old:
        if disk.link(staged, target):
            disk.remove(staged)
        else:
            disk.replace(staged, target)
        return None
    displaced = folder / f"{file.staged}.old"
    disk.remove(displaced)
    linked = disk.link(target, displaced)
    if file.new:
        disk.replace(staged, target)
    else:
        disk.remove(target)
    return displaced if linked else None


def _merge(root: Path, state: Path, folder: Path, op: str, file: PlannedFile, content: bytes) -> Conflict | None:
    """The file is neither as planned nor done: apply the op's own fields to it, or keep it and park ours."""
    target = root / file.path
    staged = folder / file.staged
    theirs = target.read_bytes() if target.exists() else b""
    merged = merge_by_field(theirs, _events_of(content, file.path), file) if file.old and file.new else None
    if merged is not None:
        disk.write_atomic(target, merged)
        return None
    ours = staged.read_bytes() if staged.exists() else b""
    return Conflict(file.path, park(state, op, file.path, ours))


def _merge_bytes(
    root: Path, state: Path, op: str, file: PlannedFile, content: bytes, theirs: bytes
) -> Conflict | None:
    merged = merge_by_field(theirs, _events_of(content, file.path), file)
    if merged is not None:
        disk.write_atomic(root / file.path, merged)
        return None
    return Conflict(file.path, park(state, op, file.path, theirs))


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
        fields = dict(frontmatter.parse(text).fields) | {"body": frontmatter.parse(text).body}
    except (UnicodeDecodeError, frontmatter.FrontMatterError):
        return None
    changes: dict[str, Value | None] = {}
    body: str | None = None
    for event in events:
        present = changes.get(event.field, fields.get(event.field))
        if event.do not in ("set", "move"):
            return None
        if event.add or event.remove:
            value: Value | None = merged_list(present, event.add, event.remove)
        elif same(present, event.from_) or same(present, event.to):
            value = event.to
        else:
            return None
        if event.field == "body":
            body = value if isinstance(value, str) else ""
        else:
            changes[event.field] = value
    return frontmatter.edit(text, changes, order=file.order, maps=file.maps, body=body).encode()


def _events_of(content: bytes, path: str) -> list[Event]:
    plural, _, name = path.partition("/")
    on = f"{plural}/{name.rpartition('/')[2].removesuffix('.md')}"
    return [e for e in read_events(content) if isinstance(e, Event) and e.on == on]


def is_current(root: Path, path: str, old: str) -> bool:
    """Whether a file still has the bytes a plan was made on."""
    return digest_file(root / path) == old

