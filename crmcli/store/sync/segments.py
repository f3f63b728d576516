"""The segments of two trees: the united journal has every one, and which stand only in one of them (STORE rule 12).

A segment that a side deleted stays away only when its events stand in others of that side (a pack): a `git revert` takes
nothing out of the journal. One that both changed (an erasure does) is merged line by line, and an erased line wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from crmcli.model.event import Event
from crmcli.store.git import Blobs
from crmcli.store.journal import BrokenLine, decode_line, is_segment, read_events
from crmcli.store.layout import JOURNAL
from crmcli.store.sync.known import Known
from crmcli.store.sync.trees import Change, Changes, Entry

Edit = Entry | bytes | None
"""What becomes of a file: as it stands in git, new bytes, or gone."""


class Segments(NamedTuple):
    """What becomes of segments against our tree, and the contents that only one side has; a deleted one counts as there.

    `apart` are the paths on which the trees differ: all other segments are in both.
    """

    edits: dict[str, Edit]
    ours: list[bytes]
    theirs: list[bytes]
    apart: frozenset[str]


def is_of_journal(path: str) -> bool:
    """Whether a path of the book is a segment."""
    return path.startswith(f"{JOURNAL}/") and is_segment(path.rpartition("/")[2])


def unite_segments(blobs: Blobs, known: Known, mine: Changes, yours: Changes) -> Segments:
    """Unite the journals of two trees; paths are relative to the book."""
    return _Uniting(blobs, known, mine, yours).run()


class _Uniting:
    """The segments that a side changed against the base."""

    def __init__(self, blobs: Blobs, known: Known, mine: Changes, yours: Changes) -> None:
        self._blobs, self._known = blobs, known
        self._mine = _segments_of(mine)
        self._yours = _segments_of(yours)
        self._changed = frozenset(self._mine.keys() | self._yours.keys())
        self._events: dict[str, list[Event | BrokenLine]] = {}

    def run(self) -> Segments:
        edits: dict[str, Edit] = {}
        ours: list[bytes] = []
        theirs: list[bytes] = []
        for path in sorted(self._changed):
            here, there = self._has(path, self._mine, self._yours), self._has(path, self._yours, self._mine)
            if here != there:
                ours += [self._read(path, here)] if here else []
                theirs += [self._read(path, there)] if there else []
            result = self._result(path, here, there)
            present = self._mine[path].after if path in self._mine else self._yours[path].before
            if result != present:
                edits[path] = result
        return Segments(edits, ours, theirs, self._changed)

    def _has(self, path: str, own: Mapping[str, Change], other: Mapping[str, Change]) -> Entry | None:
        """A segment as a side has it; one that it deleted, and must not have, as it was."""
        if path not in own:
            return other[path].before
        before, after = own[path]
        return before if after is None and before is not None and self._is_missed(path, before, own) else after

    def _result(self, path: str, here: Entry | None, there: Entry | None) -> Edit:
        if here is None or there is None or here == there:
            return here or there
        return merged_lines(self._read(path, here), self._read(path, there))

    def _is_missed(self, path: str, gone: Entry, own: Mapping[str, Change]) -> bool:
        """Whether a deleted segment holds what no other of that side has. What was erased of it is blanked once it is here."""
        found = self._read_events(path, gone)
        events = [event for event in found if isinstance(event, Event)]
        elsewhere = {
            event.id
            for other, change in own.items()
            if change.after is not None
            for event in self._read_events(other, change.after)
            if isinstance(event, Event)
        }
        left = {event.id for event in events} - elsewhere
        places = self._known.places(left) if left else {}
        return len(events) < len(found) or any(not places.get(one, set()) - self._changed for one in left)

    def _read(self, path: str, entry: Entry) -> bytes:
        return self._blobs.must(entry.blob, path)

    def _read_events(self, path: str, entry: Entry) -> list[Event | BrokenLine]:
        if entry.blob not in self._events:
            self._events[entry.blob] = list(read_events(self._read(path, entry)))
        return self._events[entry.blob]


def merged_lines(ours: bytes, theirs: bytes) -> bytes:
    """Both versions of a segment: every event once, as STORE rule 8 says; ours first, then what only they have."""
    found: dict[str, bytes] = {}
    for line in _lines(ours, theirs):
        key = _id_of(line) or line.decode("utf-8", "surrogateescape")
        if key not in found or _rank(line) < _rank(found[key]):
            found[key] = line
    return b"".join(line + b"\n" for line in found.values())


def _lines(*contents: bytes) -> Iterable[bytes]:
    for content in contents:
        yield from (line for line in content.split(b"\n") if line.strip())


def _id_of(line: bytes) -> str:
    try:
        return decode_line(line).id
    except (ValueError, RecursionError):
        return ""


def _rank(line: bytes) -> tuple[object, ...]:
    try:
        event = decode_line(line)
    except (ValueError, RecursionError):
        return (True, "", "", line)
    return (not event.more.get("erased"), event.at, event.by, line)


def _segments_of(changes: Changes) -> dict[str, Change]:
    """Changes of segments that are plain files; anything else under such a name is no segment."""
    return {p: c for p, c in changes.items() if is_of_journal(p) and all(e is None or e.is_file for e in c)}
