"""One record that both sides changed: what it is, and which events say so (docs/sync.md). Pure.

The replay of all events decides, field by field. Of what replay cannot say (the text, rows of a list) the files are merged;
of what it must not (a deletion against a change) the change stays. Where that differs from the replay, events by nobody
say so, under ids that depend only on what they say and what came before them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from crmcli.model.event import Event
from crmcli.model.keys import field_under
from crmcli.model.record import BODY, Fields, Ref, Value
from crmcli.model.schema import Field, RecordType
from crmcli.store.drift import set_event
from crmcli.store.merge_rows import merge_rows
from crmcli.store.merge_values import items
from crmcli.store.merging import WHOLE
from crmcli.store.replay import CHANGING, differences, replay, same
from crmcli.store.sides import NOBODY, Author
from crmcli.store.sync.bodies import merge_bodies
from crmcli.store.sync.contest import BOTH, GIVEN, SIDES, Answer, Contest, Judge
from crmcli.store.sync.effects import OURS, THEIRS, Effects
from crmcli.store.sync.layout import LayoutError, laid_out, parsed
from crmcli.store.sync.merge_events import merge_events
from crmcli.store.sync.two_keys import put_under_one_key, under_two_keys
from crmcli.store.sync.two_names import TwoNames

CREATED, ALIASES = "created", "aliases"
_BACK = "deleted on one side, changed on the other: it is back"
_CIRCLE = "each was merged into the other: the earlier merge counts"
_EMPTY = b"---\n---\n"
_ACTS = CHANGING | {"rename", "log"}
"""What keeps a record alive that the other side deleted."""


class Version(NamedTuple):
    """A record as one side has it: its file (None: gone), and all its events there in id order, under its united name.

    `went_into` is the record it was merged into on that side, "" when it was not.
    """

    content: bytes | None
    events: Sequence[Event]
    went_into: str = ""


class Contested(NamedTuple):
    """A record that both sides changed, and where its file is to lie.

    `merged_in_circle`: a side merged it into a record that the other had, earlier, merged into it; it is not gone by that.
    """

    ref: Ref
    path: str
    base: bytes | None
    ours: Version
    theirs: Version
    type: RecordType | None = None
    two_names: TwoNames | None = None
    merged_in_circle: bool = False


class UnitedRecord(NamedTuple):
    """What becomes of it: its file, events by nobody, events of whoever answered (without id, time and author), what to tell."""

    content: bytes | None
    events: list[Event]
    given: list[Event]
    contests: list[Contest]


def unite_record(record: Contested, judge: Judge) -> UnitedRecord:
    """Unite both versions; where a contest is left open the rest of the result counts for nothing."""
    return _Uniting(record, judge).run()


class _Uniting:
    """One record being united."""

    def __init__(self, record: Contested, judge: Judge) -> None:
        self._record, self._judge = record, judge
        self._sides = (record.ours, record.theirs)
        self._read = tuple(None if side.content is None else parsed(side.content) for side in self._sides)
        self._effects = Effects(record.ours.events, record.theirs.events)
        self._base = self._base_version()
        union = {event.id: event for side in self._sides for event in side.events}
        self._union = [union[key] for key in sorted(union)]
        self._contests: list[Contest] = []

    def run(self) -> UnitedRecord:
        """Decide whether the record is there, then what it says."""
        if any(event.do == "erase" for event in self._union):  # whatever the other side did to it, it stays away
            return UnitedRecord(None, [], [], [])
        if any(side.content is not None and read is None for side, read in zip(self._sides, self._read, strict=True)):
            return self._as_a_whole("one version cannot be read")
        alive = self._effects.alive
        if all(alive) and self._are_two():
            return self._as_a_whole("two records under one name")
        try:
            if all(alive):
                return self._fields()
            if any(alive):
                return self._kept_alive(OURS if alive[OURS] else THEIRS)
            return self._back_from_circle() if self._record.merged_in_circle else UnitedRecord(None, [], [], [])
        except LayoutError:
            return self._as_a_whole("the file cannot be merged field by field")

    # ---- existence ---------------------------------------------------------------------------------------

    def _are_two(self) -> bool:
        """Whether the files are two records: made at different times, and nobody changed that."""
        ours, theirs = (str((read or {}).get(CREATED, "")) for read in self._read)
        edited = any(event.field == CREATED for event in self._union)
        return bool(ours and theirs) and ours != theirs and not edited

    def _kept_alive(self, living: int) -> UnitedRecord:
        """Gone on one side only: what the other did since brings it back, else it stays away."""
        gone = 1 - living
        acts = [e for e in self._sides[living].events if e.do in _ACTS and not self._effects.is_shared(e)]
        into, circle = self._sides[gone].went_into, self._record.merged_in_circle
        if into or not (acts or circle):
            why = f"merged into {into} here, changed there: the change stays in its history" if into else ""
            return UnitedRecord(None, [], [], [self._existence(gone, why)] if acts else [])
        removed = any(e.do == "delete" and not self._effects.is_shared(e) for e in self._sides[gone].events)
        told = [self._existence(living, _CIRCLE if circle else _BACK)] if removed else []
        return self._back(self._sides[living].content, told)

    def _back_from_circle(self) -> UnitedRecord:
        """Each side merged it away, and none of that counts: it is there, with what both did to it before."""
        return self._back(self._record.base or _EMPTY, [])

    def _back(self, content: bytes | None, told: list[Contest]) -> UnitedRecord:
        """The record as a file had it, with what was done to it before it went; that it is back is told, and what both changed."""
        wanted = self._with_aliases(self._united_fields())
        read = parsed(content or b"") or {}
        for name in self._row_fields():
            held, rows = items(read.get(name)), items(wanted.get(name))
            _put(wanted, name, [row for row in held if row in rows] + sorted(row for row in rows if row not in held))
        self._scalars(wanted, but=set())
        asked, given = self._judged(wanted)
        laid = laid_out(content, given, self._record.type)
        return UnitedRecord(laid, self._journaled(wanted), self._given(wanted, given), [*told, *asked])

    def _existence(self, taken: int, why: str) -> Contest:
        ours, theirs = ("" if read is None else "there" for read in self._read)
        by, their_by = self._authors()
        return Contest(
            self._record.ref,
            self._record.path,
            WHOLE,
            None,
            ours or None,
            theirs or None,
            by,
            their_by,
            SIDES[taken],
            why,
        )

    def _as_a_whole(self, why: str) -> UnitedRecord:
        """A person takes one version of the file."""
        ours, theirs = (None if s.content is None else s.content.decode("utf-8", "replace") for s in self._sides)
        base = None if self._record.base is None else self._record.base.decode("utf-8", "replace")
        by, their_by = self._authors()
        contest = Contest(self._record.ref, self._record.path, WHOLE, base, ours, theirs, by, their_by, why=why)
        answer = self._judge.answer(contest)
        if answer is None or answer.taken not in SIDES:
            return UnitedRecord(None, [], [], [contest])
        side = SIDES.index(answer.taken)
        read, present = self._read[side], replay(self._union).get(str(self._record.ref))
        given: list[Event] = []
        if read is None and self._sides[side].content is None and present is not None:
            given = [_event("delete", self._record.ref, record=present)]
        elif read is not None and (present is None or differences(present, read)):
            given = [_event("restore", self._record.ref, record=read)]
        return UnitedRecord(self._sides[side].content, [], given, [contest._replace(taken=answer.taken)])

    # ---- fields ------------------------------------------------------------------------------------------

    def _fields(self) -> UnitedRecord:
        """Both have it: field by field."""
        wanted = self._united_fields()
        self._scalars(wanted, but=self._under_one_key(wanted))
        wanted = self._with_aliases(wanted)
        asked, given = self._judged(wanted)
        record = self._record
        content = laid_out(
            record.ours.content, given, record.type, record.base, record.theirs.content, self._judge.types
        )
        return UnitedRecord(content, self._journaled(wanted), self._given(wanted, given), asked)

    def _united_fields(self) -> Fields:
        """The replay, and what it cannot say: rows and the text, out of the versions."""
        wanted = dict(self._effects.fields)
        for name in self._row_fields():
            _put(wanted, name, self._rows(name))
        _put(wanted, BODY, self._body())
        return wanted

    def _row_fields(self) -> list[str]:
        """The keys under which any version has rows."""
        keys = dict.fromkeys(key for fields in (*self._effects.own, self._base) for key in fields)
        return [key for key in keys if (field := self._field(key)) is not None and field.embedded]

    def _field(self, key: str) -> Field | None:
        return field_under(self._record.type, key) if self._record.type else None

    def _versions(self, name: str) -> tuple[Value | None, Value | None, Value | None]:
        """A field in the three files; where the record is gone, as it was on that side before it went."""
        ours, theirs = (self._last_version(side).get(name) for side in (OURS, THEIRS))
        return self._base.get(name), ours, theirs

    def _base_version(self) -> Fields:
        """What both come from; where it was gone, as it was before it went."""
        if self._record.base is not None:
            return parsed(self._record.base) or {}
        shared = [event for event in self._sides[OURS].events if self._effects.is_shared(event)]
        return Effects(shared, shared).own[OURS]

    def _last_version(self, side: int) -> Fields:
        read = self._read[side]
        return read if read is not None else self._effects.own[side] or self._base

    def _rows(self, name: str) -> list[str]:
        """Rows by what they say; where both changed the same, those of whoever came later."""
        base, ours, theirs = (items(value) for value in self._versions(name))
        if same(ours, theirs) or same(base, theirs):
            return ours
        if same(base, ours):
            return theirs
        field = self._field(name)
        one, other = merge_rows(base, ours, theirs, self._judge.types.get(field.type) if field else None)
        if one == other:
            return one
        later = self._effects.later(name)
        self._contest(name, one, other, later)
        return (one, other)[later]

    def _body(self) -> str:
        """The text by lines, with both versions where they contradict."""
        base, ours, theirs = (value if isinstance(value, str) else "" for value in self._versions(BODY))
        if base in (ours, theirs) or ours == theirs:
            return ours if base == theirs else theirs
        later = self._effects.later(BODY)
        found = merge_bodies(base, ours, theirs, ours_is_older=later == THEIRS)
        if found.conflict:
            self._contest(BODY, found.ours, found.theirs, later, BOTH, "both texts are kept, the older first")
        return found.both

    def _under_one_key(self, wanted: Fields) -> set[str]:
        """Fields that only one side has under a newer key: both sides' values under that one. The keys that are done with."""
        done: set[str] = set()
        sides = [read or {} for read in self._read]
        for found in under_two_keys(self._record.type, self._base, sides, self._judge.types):
            ids = [
                max((side[k].id for k in (found.newer, found.former) if k in side), default="")
                for side in self._effects.last
            ]
            later = OURS if ids[OURS] > ids[THEIRS] else THEIRS
            put_under_one_key(wanted, found, later)
            if not found.agreed:
                self._contest(found.newer, found.ours, found.theirs, later)
            done |= {found.newer, found.former}
        return done

    def _scalars(self, wanted: Fields, but: set[str]) -> None:
        """Tell of every value that both sides changed, and leave to a person what only a person can decide."""
        for name in self._effects.changed_by_both():
            ours, theirs = (own.get(name) for own in self._effects.own)
            if name in (BODY, *but, *self._row_fields()) or isinstance(ours, list) or isinstance(theirs, list):
                continue
            if same(ours, theirs):
                continue
            taken = OURS if same(wanted.get(name), ours) else THEIRS
            field = self._field(name)
            if field is not None and field.type == "stage" and self._is_final(OURS) != self._is_final(THEIRS):
                self._contest(name, ours, theirs, taken, "", "closed on one side only")
            else:
                self._contest(name, ours, theirs, taken)

    def _is_final(self, side: int) -> bool:
        kind = self._record.type
        return kind is not None and self._judge.is_final(kind, self._effects.own[side])

    def _with_aliases(self, wanted: Fields) -> Fields:
        two = self._record.two_names
        if two is None:
            return wanted
        aliases = [alias for alias in items(wanted.get(ALIASES)) if alias != two.winner.id]
        _put(wanted, ALIASES, sorted({*aliases, two.loser.id}))
        return wanted

    # ---- contests ----------------------------------------------------------------------------------------

    def _contest(
        self, name: str, ours: Value | None, theirs: Value | None, later: int, taken: str | None = None, why: str = ""
    ) -> None:
        by, their_by = self._authors(name)
        judged = SIDES[later] if taken is None else taken
        if self._judge.strict:
            judged = ""
        ref, path, base = self._record.ref, self._record.path, self._base.get(name)
        contest = Contest(ref, path, name, base, ours or None, theirs or None, by, their_by, judged, why)
        self._contests.append(contest)

    def _judged(self, wanted: Fields) -> tuple[list[Contest], Fields]:
        """The contests with what people answer, and the fields with that."""
        given = dict(wanted)
        contests = []
        for contest in self._contests:
            answer = self._judge.answer(contest)
            contests.append(contest if answer is None else contest._replace(taken=answer.taken))
            if answer is not None:
                _put(given, contest.field, _value_of(contest, answer))
        return contests, given

    def _given(self, wanted: Fields, given: Fields) -> list[Event]:
        """What people answered, as events of theirs."""
        changes, record = differences(wanted, given), self._record
        return [set_event(record.ref, record.type, name, before, after) for name, before, after in changes]

    def _authors(self, name: str = "") -> tuple[Author, Author]:
        """Who changed a field last on each side; without one (or without an event of it), who did anything last."""
        return self._author(OURS, name), self._author(THEIRS, name)

    def _author(self, side: int, name: str) -> Author:
        event = self._effects.last[side].get(name)
        if event is None:
            events = self._sides[side].events
            own = [one for one in events if not self._effects.is_shared(one)] or events
            event = own[-1] if own else None
        return Author(event.by, event.at) if event else NOBODY

    def _journaled(self, wanted: Fields) -> list[Event]:
        own = [event for event in self._union if not self._effects.is_shared(event)]
        rename = self._record.two_names.event if self._record.two_names else None
        return merge_events(self._record.ref, self._record.type, self._union, own, wanted, rename)


def _event(do: str, ref: Ref, *, record: Fields) -> Event:
    return Event("", "", "", "", "", do, str(ref), record=record)


def _put(fields: Fields, name: str, value: Value | None) -> None:
    if value:
        fields[name] = value
    else:
        fields.pop(name, None)


def _value_of(contest: Contest, answer: Answer) -> Value | None:
    return answer.value if answer.taken == GIVEN else contest.ours if answer.taken == SIDES[OURS] else contest.theirs
