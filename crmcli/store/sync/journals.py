"""Which events only one of two trees has, and all events of single records, under the names that both trees together give them.

Of the two sides the smaller is read whole; of the larger only what concerns the same records, so that a colleague's
import of 100,000 rows costs one look at each line.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from crmcli.model.event import Event
from crmcli.model.record import Ref, parse_ref
from crmcli.store.journal import decode_line
from crmcli.store.names import BEGINNINGS, Names, Rename, begun_by, made_anew, rename_of
from crmcli.store.sameness import SAME, Sameness, Samenesses
from crmcli.store.sync.known import Known
from crmcli.store.sync.segments import Segments
from crmcli.store.sync.two_names import LAST, renamed_twice

OURS, THEIRS = 0, 1
"""The two sides, wherever something is told for each of them."""

_ON = re.compile(rb'"on"\s*:\s*"([^"\\]*)"')
_NAMING = re.compile(rb'"do"\s*:\s*"(?:rename|erase|same)"')
_RENAME = re.compile(rb'"do"\s*:\s*"rename"')
_SAME = re.compile(rb'"do"\s*:\s*"same"')


class Sides(NamedTuple):
    """All events of one record as each side has them, in id order, under its united name."""

    ours: list[Event]
    theirs: list[Event]


class Journals:
    """The journals of two trees as far as they differ, and what the index knows of ours."""

    def __init__(self, known: Known, segments: Segments, touched: tuple[Collection[str], Collection[str]]) -> None:
        """`touched`: the records (`plural/id`) whose files each side changed."""
        self._known = known
        contents = (segments.ours, segments.theirs)
        found = [[*_renames_in(side)] for side in contents]
        shared = [r for r in known.renames(segments.apart) if r.id not in {one.id for one in found[OURS]}]
        self.two_names = renamed_twice(shared, *found)
        settled = [rename for two in self.two_names if (rename := rename_of(two.event))]
        renames = list({r.id: r for r in (*shared, *found[OURS], *found[THEIRS], *settled)}.values())
        self._links = _linked(renames)
        sides = self._read(contents, touched)
        self._only = self._apart(sides, segments.apart)
        given_up = {rename.old for rename in renames}
        begun = {begun_by(e) for side in self._only for e in side if e.do in BEGINNINGS and e.on in given_up}
        self._names = Names(renames, made_anew(renames, begun | set(known.begun(self._closure(given_up)))))
        self._begun = self._last_begun()
        self._all_sames = Samenesses([*self._sames(OURS), *self._sames(THEIRS)], ())
        self._by_name = [self._sorted_out(side) for side in self._only]
        self._found: dict[str, Sides] = {}

    def touched(self, side: int) -> set[Ref]:
        """The records (united names) on which this side has events that the other lacks."""
        return {parse_ref(name) for name in self._by_name[side] if "/" in name}

    def united(self, ref: Ref, side: int) -> Ref:
        """The united name of the record that a file of a side's tree is."""
        name = str(ref)
        if name not in self._links:
            return ref
        others = {event.id for event in self._only[1 - side]}
        events = [e for e in self._known.events_on(self._closure({name})) if e.id not in others] + self._only[side]
        last = max((e.id for e in events if e.on == name), default=LAST)
        return parse_ref(self._names.follow(name, last))

    def former(self, ref: Ref) -> list[Ref]:
        """Every name that may mean the record in one of the trees, its present one first."""
        return [ref, *(parse_ref(name) for name in sorted(self._closure({str(ref)}) - {str(ref)}))]

    def of(self, ref: Ref) -> Sides:
        """All events of a record on each side."""
        name = str(ref)
        if name in self._found:
            return self._found[name]
        mine, yours = (side.get(name, []) for side in self._by_name)
        held = [e for e in self._known.events_on(self._closure({name})) if self._names.follow(e.on, e.id) == name]
        here, there = {e.id for e in mine}, {e.id for e in yours}
        shared = [e._replace(on=name) for e in held if e.id not in here and e.id not in there]
        self._found[name] = Sides(_ordered([*shared, *mine]), _ordered([*shared, *yours]))
        return self._found[name]

    def went_into(self, ref: Ref, side: int) -> str:
        """The record that this one went into on that side alone, "" where it did not (docs/identity.md)."""
        sames = [same for same in self._sames(side) if same.gone == str(ref)]
        return sames[-1].kept if sames and sames[-1] not in self._all_sames.idle else ""

    @property
    def circular(self) -> set[Ref]:
        """Records that went only by merges which would close a circle: those count for nothing, and the record is not gone."""
        return {parse_ref(same.gone) for same in self._all_sames.idle if same.gone not in self._all_sames.holding}

    def greatest(self, limit: str) -> str:
        """The greatest id of theirs below a limit, "" when there is none."""
        return max((event.id for event in self._only[THEIRS] if event.id < limit), default="")

    # ---- inside -----------------------------------------------------------------------------------------

    def _sames(self, side: int) -> list[Sameness]:
        """The merges of records that only one side has and that nothing ended, under united names, in id order."""
        told = [(e, e.more.get("of")) for e in self._only[side] if e.do == SAME]
        follow = self._names.follow
        sames = [Sameness(e.id, e.op, follow(e.on, e.id), follow(str(of), e.id)) for e, of in told if of]
        return [same for same in sames if same.id > self._begun.get(same.gone, "")]

    def _last_begun(self) -> dict[str, str]:
        """The last event of one side alone that made or restored a record, by its name; {} where nobody merged."""
        if not any(event.do == SAME for side in self._only for event in side):
            return {}
        begun = [e for e in (*self._only[OURS], *self._only[THEIRS]) if e.do in BEGINNINGS]
        return {self._names.follow(e.on, e.id): e.id for e in _ordered(begun)}

    def _read(
        self, contents: tuple[list[bytes], list[bytes]], touched: tuple[Collection[str], Collection[str]]
    ) -> tuple[list[Event], list[Event]]:
        """The smaller side whole, of the larger what may be about the same records, or records that anybody merged."""
        small = OURS if sum(map(len, contents[OURS])) <= sum(map(len, contents[THEIRS])) else THEIRS
        read = [*_events_in(contents[small], None)]
        merged = _merged_in((*contents[OURS], *contents[THEIRS]))
        wanted = self._closure({event.on for event in read} | set(touched[small]) | merged)
        others = [*_events_in(contents[1 - small], wanted)]
        return (read, others) if small == OURS else (others, read)

    def _apart(self, sides: tuple[list[Event], list[Event]], apart: Collection[str]) -> tuple[list[Event], list[Event]]:
        """Without what both have, also where it stands in a segment of both (a copy, a pack)."""
        ids = tuple({event.id for event in side} for side in sides)
        places = self._known.places(ids[OURS] ^ ids[THEIRS])
        shared = (ids[OURS] & ids[THEIRS]) | {one for one, paths in places.items() if paths - set(apart)}
        mine, yours = ({e.id: e for e in side if e.id not in shared} for side in sides)
        return _ordered(mine.values()), _ordered(yours.values())

    def _sorted_out(self, events: Iterable[Event]) -> dict[str, list[Event]]:
        found: dict[str, list[Event]] = {}
        for event in events:
            name = self._names.follow(event.on, event.id)
            found.setdefault(name, []).append(event._replace(on=name))
        return found

    def _closure(self, names: Collection[str]) -> set[str]:
        """Names, and every other that a rename ties to them."""
        found = set(names)
        waiting = [name for name in found if name in self._links]
        while waiting:
            fresh = self._links.get(waiting.pop(), set()) - found
            found |= fresh
            waiting += fresh
        return found


def _ordered(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda event: event.id)


def _linked(renames: Iterable[Rename]) -> dict[str, set[str]]:
    links: dict[str, set[str]] = {}
    for rename in renames:
        links.setdefault(rename.old, set()).add(rename.new)
        links.setdefault(rename.new, set()).add(rename.old)
    return links


def _renames_in(contents: Iterable[bytes]) -> Iterator[Rename]:
    for content in contents:
        for line in content.split(b"\n") if _RENAME.search(content) else ():
            event = _decoded(line) if _RENAME.search(line) else None
            rename = rename_of(event) if event else None
            if rename is not None:
                yield rename


def _merged_in(contents: Iterable[bytes]) -> set[str]:
    """Every record that was kept or went in a merge: one whose merge counts for nothing may be changed by one side only."""
    found: set[str] = set()
    for content in contents:
        for line in content.split(b"\n") if _SAME.search(content) else ():
            event = _decoded(line) if _SAME.search(line) else None
            if event is not None and event.do == SAME:
                found |= {event.on, str(event.more.get("of", ""))}
    return found


def _events_in(contents: Iterable[bytes], wanted: Collection[str] | None) -> Iterator[Event]:
    """The events of segments; of those about other records than `wanted` only what tells of names."""
    for content in contents:
        for line in content.split(b"\n")[:-1]:
            if wanted is not None and not _concerns(line, wanted):
                continue
            event = _decoded(line)
            if event is not None:
                yield event


def _concerns(line: bytes, wanted: Collection[str]) -> bool:
    """Whether a line may be about one of these records: every `on` in it is looked at; one with an escape may be any."""
    found: Sequence[bytes] = _ON.findall(line)
    return not found or any(name.decode("utf-8", "replace") in wanted for name in found) or bool(_NAMING.search(line))


def _decoded(line: bytes) -> Event | None:
    try:
        return decode_line(line) if line.strip() else None
    except (ValueError, RecursionError):
        return None
