"""Replay: what the journal says the records are, now or at any moment (STORE §2 rule 9). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from crmcli.model.event import Event
from crmcli.model.record import Fields, Value

State = dict[str, Fields]
"""Fields by `plural/id`; a record that does not exist has no entry."""

CHANGING = frozenset(["create", "restore", "set", "move", "delete"])
"""What `do` alters a record's fields; everything else only tells of it."""


def replay(events: Iterable[Event], state: State | None = None) -> State:
    """Apply `events` to `state` (changed in place and returned).

    They must be in id order and under the present names of their records (`names.followed`, or the index).
    """
    present: State = {} if state is None else state
    for event in events:
        if event.do in CHANGING:
            apply(present, event)
    return present


def apply(state: State, event: Event) -> None:
    """Apply one event. A set of a record that does not exist (deleted meanwhile) changes nothing, nor does what was erased."""
    if event.more.get("erased"):
        return
    if event.do in ("create", "restore"):
        state[event.on] = dict(event.record or {})
    elif event.do == "delete":
        state.pop(event.on, None)
    elif event.on in state:
        apply_set(state[event.on], event.field, event.to, event.add, event.remove)


def apply_set(fields: Fields, name: str, to: Value | None, add: Iterable[str], remove: Iterable[str]) -> None:
    """Set a scalar, or remove from and then add to a list; what ends empty has no key."""
    value: Value | None = to
    if add or remove:
        value = merged_list(fields.get(name), add, remove)
    if value:
        fields[name] = value
    else:
        fields.pop(name, None)


def merged_list(present: Value | None, add: Iterable[str], remove: Iterable[str]) -> list[str]:
    """`present` without `remove`, then with what of `add` is not in it, in that order."""
    items = [present] if isinstance(present, str) and present else list(present or [])
    gone = set(remove)
    kept = [item for item in items if item not in gone]
    return kept + [item for item in dict.fromkeys(add) if item not in kept]


def replay_at(events: Iterable[Event], moment: str, *, known: str = "") -> State:
    """The state that was true at `moment` (UTC or any one offset, ISO): events with `at` up to then, in id order.

    `known` (a ULID) leaves out what was recorded later. A record whose first event lies after `moment` is absent.
    """
    chosen = [e for e in events if instant(e.at) <= moment and (not known or e.id <= known)]
    return replay(chosen)


def instant(text: str) -> str:
    """An ISO time with offset as UTC text to the second, which sorts as time does (`2026-11-20T13:03:11Z`).

    Text that is no such time comes back as it is.
    """
    return _in_utc(text) or text


def is_instant(text: str) -> bool:
    """Whether a text is an ISO time with an offset, within the years that a clock can say."""
    return bool(_in_utc(text))


@lru_cache(maxsize=4096)
def _in_utc(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
        offset = moment.utcoffset()
        return "" if offset is None else (moment.replace(tzinfo=None) - offset).isoformat(timespec="seconds") + "Z"
    except (ValueError, OverflowError):
        return ""


def same(one: Value | None, other: Value | None) -> bool:
    """Whether two stored values are the same: lists as sets, absent as empty."""
    if isinstance(one, list) or isinstance(other, list):
        return set(_items(one)) == set(_items(other))
    return (one or "") == (other or "")


def _items(value: Value | None) -> list[str]:
    if not value:
        return []
    return [value] if isinstance(value, str) else value


def differences(before: Fields, after: Fields) -> list[tuple[str, Value | None, Value | None]]:
    """The fields in which two states differ: (name, before, after), in the order of `after`, then what is gone."""
    names = [*after, *(name for name in before if name not in after)]
    return [(n, before.get(n), after.get(n)) for n in names if not same(before.get(n), after.get(n))]
