"""One record as it was: its fields at a moment, from its file and its events (STORE §2 rule 9). Pure.

A field that no later event touches keeps what the file says, journaled or not. Any other is replayed: the events up to
the moment in id order, from what the field was before the first of them. Whether the record exists is a field too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from crmcli.model.event import Event
from crmcli.model.record import Fields, Value
from crmcli.store.replay import merged_list

WHOLE = frozenset(["create", "restore", "delete"])
"""What says that a record begins or ends, with all its fields."""

NAMES_NOW = "aliases"
"""The field that is not rewound: records go by their present names, so the names they gave up go with them.

Only the names that a merge brought or took are as they were then: of records that stood for themselves.
"""

Later = Callable[[Event], bool]
"""Whether an event lies after the moment that is asked for."""


def state_at(
    events: Sequence[Event], present: Fields | None, is_later: Later, former: Mapping[str, frozenset[str]]
) -> Fields | None:
    """The record's fields at the moment, None where it did not exist.

    `events` are all that change the record, in id order, under its present name; `present` is what its file says, None
    without one. `former` gives for a field's name all the names it has had (`was`): they change together.
    """
    events = [event for event in events if not event.more.get("erased")]
    later = [event for event in events if is_later(event)]
    if not later:
        return present
    earlier = [event for event in events if not is_later(event)]
    if not _exists(events, earlier, later, present):
        return None
    moved = _touched(later, former)
    whole = any(event.do in WHOLE for event in later)
    state: Fields = {}
    for name in _names(events, present):
        if name == NAMES_NOW:
            value = _given_up(events, present, later)
        elif whole or name in moved:
            value = _replayed(name, events, earlier, present)
        else:
            value = (present or {}).get(name)
        if value:
            state[name] = value
    return state


def _exists(events: Sequence[Event], earlier: Sequence[Event], later: Sequence[Event], present: Fields | None) -> bool:
    if not any(event.do in WHOLE for event in later):
        return present is not None
    last = next((event for event in reversed(earlier) if event.do in WHOLE), None)
    if last is not None:
        return last.do != "delete"
    first = next(event for event in events if event.do in WHOLE)
    return first.do == "delete"


def _touched(later: Iterable[Event], former: Mapping[str, frozenset[str]]) -> set[str]:
    names: set[str] = set()
    for event in later:
        names |= former.get(event.field, frozenset([event.field]))
    return names


def _names(events: Iterable[Event], present: Fields | None) -> list[str]:
    """Every name that a field of the record ever had a value under, those of the file first."""
    names = dict.fromkeys(present or ())
    for event in events:
        names |= dict.fromkeys(event.record or ())
        if event.field:
            names[event.field] = None
    return list(names)


def _given_up(events: Sequence[Event], present: Fields | None, later: Sequence[Event]) -> Value | None:
    held = present
    if held is None:
        gone = next((event for event in reversed(events) if event.do == "delete"), None)
        held = gone.record or {} if gone else {}
    merged = [event for event in later if event.field == NAMES_NOW and "of" in event.more]
    return _taken_back(held.get(NAMES_NOW), merged) or None


def _replayed(name: str, events: Sequence[Event], earlier: Sequence[Event], present: Fields | None) -> Value | None:
    value = _beginning(name, events, present)
    for event in earlier:
        if event.do in ("create", "restore"):
            value = (event.record or {}).get(name)
        elif event.field == name:
            value = merged_list(value, event.add, event.remove) if event.add or event.remove else event.to
    return value


def _beginning(name: str, events: Sequence[Event], present: Fields | None) -> Value | None:
    """What the field was before the first event on it: said by that event, except where it adds to a list."""
    changes: list[Event] = []
    for event in events:
        if event.do in WHOLE:
            known = (event.record or {}).get(name) if event.do == "delete" else None
            return _taken_back(known, changes)
        if event.field == name:
            if not changes and not (event.add or event.remove):
                return event.from_
            changes.append(event)
    return _taken_back((present or {}).get(name), changes)


def _taken_back(value: Value | None, changes: Sequence[Event]) -> Value | None:
    """A list without what was added to it and with what was removed from it."""
    for event in reversed(changes):
        value = merged_list(value, event.remove, event.add) if event.add or event.remove else event.from_
    return value
