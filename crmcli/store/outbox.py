"""What is still to be run for changes already made: `.crm/outbox/<key>.json`, durable, one file a run (DESIGN §7).

An entry stays until its run is over: success removes it, failure moves it to `outbox/failed/`. Who runs it holds a lock
on the file, which the system takes back when that process dies; so nothing is run twice at once, and what a crash
interrupted is run again under the same key. Keys begin with the event's id, so their order is that of the events.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from crmcli.errors import NotFoundError
from crmcli.light import NamedTuple
from crmcli.store import disk
from crmcli.store.inside import is_name

FAILED = "failed"
SUFFIX = ".json"


class NoSuchEntryError(NotFoundError):
    """No failed run has this key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"no failed hook run {key!r}", hint="crm hook log lists the runs with their keys")


class Entry(NamedTuple):
    """One run that is due. `payload` is what the hook gets; `clone` and `depth` say which process may run it."""

    key: str
    hook: str
    op: str
    clone: str
    depth: int
    payload: Mapping[str, object]
    attempts: int = 0
    trouble: str = ""

    def encode(self) -> dict[str, object]:
        """Return the entry as what stands in its file, and in the op's pending record before."""
        return {**self._asdict(), "payload": dict(self.payload)}


class UnreadableEntryError(ValueError):
    """An entry's file does not hold an entry."""


def decode_entry(found: object) -> Entry:
    """Read an entry back; raises UnreadableEntryError."""
    match found:
        case {
            "key": str(key),
            "hook": str(hook),
            "op": str(op),
            "clone": str(clone),
            "depth": int(depth),
            "payload": dict(payload),
            "attempts": int(attempts),
            "trouble": str(trouble),
        } if is_name(key):
            return Entry(key, hook, op, clone, depth, payload, attempts, trouble)
    raise UnreadableEntryError(found)


def put(folder: Path, entries: Iterable[Mapping[str, object]]) -> None:
    """Make entries durable; the same key again is the same entry. Called before the op's pending record goes."""
    written = False
    for entry in entries:
        if not written:
            _make_folder(folder)
            written = True
        _write(folder / f"{entry['key']}{SUFFIX}", entry)
    if written:
        disk.sync_folder(folder)


def keys(folder: Path) -> list[str]:
    """List the keys of what is due, oldest event first; of `folder / FAILED`, what failed."""
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError:
        return []
    return sorted(n.removesuffix(SUFFIX) for n in names if n.endswith(SUFFIX) and not n.startswith("."))


def read(folder: Path, key: str) -> Entry | None:
    """Read one entry without claiming it; None when it is gone or no entry."""
    try:
        return _decode(disk.read_whole(folder / f"{key}{SUFFIX}"))
    except (OSError, UnreadableEntryError):
        return None


@contextmanager
def claimed(folder: Path, key: str) -> Iterator[Entry | None]:
    """Hold an entry while it is run: None when another process holds it, or it is done. A broken file is set aside."""
    import fcntl  # noqa: PLC0415

    path = folder / f"{key}{SUFFIX}"
    try:
        fd = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        yield None
        return
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        yield _read_held(path, fd)
    finally:
        os.close(fd)  # closing releases it


def done(folder: Path, key: str) -> None:
    """Forget an entry that was run; only while it is claimed."""
    disk.remove(folder / f"{key}{SUFFIX}")


def fail(folder: Path, entry: Entry, trouble: str) -> None:
    """Move a claimed entry to what failed, with the trouble and one attempt more."""
    failed = folder / FAILED
    _make_folder(failed)
    _write(failed / f"{entry.key}{SUFFIX}", entry._replace(attempts=entry.attempts + 1, trouble=trouble).encode())
    disk.sync_folder(failed)
    done(folder, entry.key)


def revive(folder: Path, key: str = "") -> list[str]:
    """Make what failed due again: one key, or all of it; return the keys. Raises NoSuchEntryError."""
    failed = folder / FAILED
    present = keys(failed)
    if key and key not in present:
        raise NoSuchEntryError(key)
    revived = [key] if key else present
    for name in revived:
        disk.replace(failed / f"{name}{SUFFIX}", folder / f"{name}{SUFFIX}")
    if revived:
        disk.sync_folder(folder)
    return revived


def forget(folder: Path, on: str) -> None:
    """Remove every entry that speaks of the record `plural/id`, due or failed, as an erasure asks."""
    for place in (folder, folder / FAILED):
        for key in keys(place):
            entry = read(place, key)
            if entry and mentions(entry.payload, on):
                done(place, key)


def mentions(found: object, on: str) -> bool:
    """Whether a JSON value says `plural/id` anywhere."""
    if isinstance(found, str):
        return found == on
    if isinstance(found, Mapping):
        return any(mentions(item, on) for item in found.values())
    return isinstance(found, list) and any(mentions(item, on) for item in found)


def _read_held(path: Path, fd: int) -> Entry | None:
    try:
        if path.stat().st_ino != os.fstat(fd).st_ino:
            return None  # somebody finished it, and a new one has its name
        with os.fdopen(os.dup(fd), "rb") as stream:
            return _decode(stream.read())
    except FileNotFoundError:
        return None
    except UnreadableEntryError:
        failed = path.parent / FAILED
        _make_folder(failed)
        disk.replace(path, failed / f"{path.name}.broken")
        return None


def _decode(content: bytes) -> Entry:
    import json  # noqa: PLC0415

    try:
        return decode_entry(json.loads(content))
    except ValueError:
        raise UnreadableEntryError(content) from None


def _write(path: Path, entry: Mapping[str, object]) -> None:
    import json  # noqa: PLC0415

    content = json.dumps(entry, ensure_ascii=False).encode("utf-8", "surrogatepass")
    disk.write_atomic(path, content + b"\n", mode=0o600)


def _make_folder(folder: Path) -> None:
    disk.make_folder_durably(folder, 0o700)
