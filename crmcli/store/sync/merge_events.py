"""The events by nobody that a merge adds where the replay of both sides does not say what the record is. Pure.

Everything in them follows from what both sides did, so that two people who unite the same two states write the same events.
"""

from __future__ import annotations

from collections.abc import Sequence

from crmcli.model.event import Event
from crmcli.model.ids import ulid_milliseconds
from crmcli.model.record import Fields, Ref
from crmcli.model.schema import RecordType
from crmcli.store.drift import set_event
from crmcli.store.git_drift import Author, derived_id, derived_op
from crmcli.store.replay import differences, instant, replay

VIA, COMMAND = "merge", "sync"


def merge_events(
    ref: Ref,
    record_type: RecordType | None,
    union: Sequence[Event],
    own: Sequence[Event],
    wanted: Fields,
    rename: Event | None = None,
) -> list[Event]:
    """What the replay of `union` (all events of a record, in id order) lacks to say `wanted`, as one op.

    `own` are the events that only one side has: the op happened when the last of them did. `rename` comes first, with the id it has.
    """
    present = replay(union).get(str(ref))
    events = [] if rename is None else [rename]
    if present is None:
        events.append(Event("", "", "", "", "", "restore", str(ref), record=wanted))
    else:
        changed = differences(present, wanted)
        events += [set_event(ref, record_type, name, before, after) for name, before, after in changed]
    return _dated(ref, events, union, own or union)


def _dated(ref: Ref, events: Sequence[Event], union: Sequence[Event], own: Sequence[Event]) -> list[Event]:
    """Ids just after everything both sides know of the record."""
    if not events:
        return []
    previous = max(event.id for event in (*union, *events))
    at = max(own, key=lambda event: (instant(event.at), event.at)).at
    op = derived_op(Author(f"{VIA} {ref} {previous}", "", ulid_milliseconds(previous) + 1, ""))
    dated = []
    for number, event in enumerate(events):
        fresh = event.id or derived_id(event, previous, Author("", "", 0, ""))
        more: dict[str, object] = {} if number else {"cmd": COMMAND}
        dated.append(event._replace(id=fresh, at=at, by="", via=VIA, op=op, more=more))
        previous = max(previous, fresh)
    return dated
