"""What both sides did to one record, replayed together: the greatest id wins, field by field. Pure.

A record that one side made or brought back does not wipe what the other set meanwhile: of a `create` or `restore` that only
one side has, only what it changed for that side counts.
"""

from __future__ import annotations

from collections.abc import Sequence

from crmcli.model.event import Event
from crmcli.model.record import Fields
from crmcli.store.merge_values import items
from crmcli.store.names import BEGINNINGS
from crmcli.store.replay import apply_set, differences

OURS, THEIRS = 0, 1


class Effects:
    """The replay of two sides' events on one record.

    `fields` is what comes of them, whether or not the record is there; `own` what each side alone says, `alive` whether it
    is there on that side; `last` per side and field the last event that only this side has.
    """

    def __init__(self, ours: Sequence[Event], theirs: Sequence[Event]) -> None:
        """Both in id order, under one name."""
        self.fields: Fields = {}
        self.own: tuple[Fields, Fields] = ({}, {})
        self.alive = [False, False]
        self.last: tuple[dict[str, Event], dict[str, Event]] = ({}, {})
        self._ids = ({event.id for event in ours}, {event.id for event in theirs})
        for event in sorted({event.id: event for event in (*theirs, *ours)}.values(), key=lambda e: e.id):
            self._take(event, [side for side in (OURS, THEIRS) if event.id in self._ids[side]])

    def is_shared(self, event: Event) -> bool:
        """Whether both sides have an event."""
        return event.id in self._ids[OURS] and event.id in self._ids[THEIRS]

    def changed_by_both(self) -> list[str]:
        """The fields on which each side has events of its own."""
        return [name for name in self.last[OURS] if name in self.last[THEIRS]]

    def later(self, field: str) -> int:
        """The side that changed a field last; of one that neither changed by an event, the side that did anything last."""
        ids = [side[field].id if field in side else "" for side in self.last]
        if ids == ["", ""]:
            ids = [max((event.id for event in side.values()), default="") for side in self.last]
        return OURS if ids[OURS] > ids[THEIRS] else THEIRS

    def _take(self, event: Event, sides: Sequence[int]) -> None:
        if event.do in BEGINNINGS:
            self._begin(event, sides)
        elif event.do == "delete":
            for side in sides:
                self.alive[side] = False
        elif event.do in ("set", "move"):
            living = [side for side in sides if self.alive[side]]
            for side in living:
                apply_set(self.own[side], event.field, event.to, event.add, event.remove)
            if living:
                apply_set(self.fields, event.field, event.to, event.add, event.remove)
                self._note(event, event.field, sides)

    def _begin(self, event: Event, sides: Sequence[int]) -> None:
        record = dict(event.record or {})
        if len(sides) == 1:
            self._begin_here(event, record, sides[0])
        else:
            self.fields.clear()
            self.fields.update(record)
        for side in sides:
            self.own[side].clear()
            self.own[side].update(record)
            self.alive[side] = True

    def _begin_here(self, event: Event, record: Fields, side: int) -> None:
        """A beginning that only one side has: what it changed against what that side had last."""
        for name, before, after in differences(self.own[side], record):
            if isinstance(before, list) or isinstance(after, list):
                old, new = items(before), items(after)
                add, remove = [i for i in new if i not in old], [i for i in old if i not in new]
                apply_set(self.fields, name, None, add, remove)
            else:
                apply_set(self.fields, name, after, (), ())
            self._note(event, name, [side])

    def _note(self, event: Event, name: str, sides: Sequence[int]) -> None:
        if len(sides) == 1:
            self.last[sides[0]][name] = event
