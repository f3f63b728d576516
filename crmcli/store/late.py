"""Changes of a record by somebody who had not heard that it was merged, and what they come to in the record it is now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.record import BODY, Fields, Ref, Value
from crmcli.store.drift import events_of
from crmcli.store.gone import is_there
from crmcli.store.merge_values import items, merge_value
from crmcli.store.merged import samenesses
from crmcli.store.names import BEGINNINGS
from crmcli.store.records import BrokenRecordError
from crmcli.store.replay import differences, replay, same

if TYPE_CHECKING:
    from crmcli.model.event import Event
    from crmcli.model.schema import Field, RecordType
    from crmcli.store.book import Book

_MOOT = frozenset(["created", "archived"])
"""What is of no account for a record that is no more."""


class Late(NamedTuple):
    """One field of a record that went, changed in another clone: what it was, what it is by that, the event that says so.

    `now` is what the kept record should hold, where that leaves no choice; None where a person decides.
    """

    gone: Ref
    kept: Ref
    key: str
    before: Value | None
    after: Value | None
    event: Event
    now: Value | None


def late_changes(book: Book) -> Iterator[Late]:
    """All of them, but those that the kept record has heeded or that somebody decided since."""
    sames = samenesses(book)
    for name in sorted(sames.holding):
        gone, kept = (Ref(*ref.split("/", 1)) for ref in (name, sames.root(name)))
        if is_there(book, gone) or not is_there(book, kept):
            continue  # git brought it back, and that is told; or both are gone
        went, told, events = _told(book, gone)
        differing = ((key, old, _heeded(key, new, kept)) for key, old, new in differences(went, told))
        changed = [(key, old, new) for key, old, new in differing if key not in _MOOT and not same(old, new)]
        if changed:
            yield from _unheeded(book, gone, kept, changed, events)


def _heeded(key: str, value: Value | None, kept: Ref) -> Value | None:
    """A value without the kept record's own name among its aliases: somebody merged the two the other way round."""
    return [item for item in items(value) if item != kept.id] if key == "aliases" else value


def _told(book: Book, gone: Ref) -> tuple[Fields, Fields, list[Event]]:
    """The fields with which a record went, those it has by all that was told of it, and what told so."""
    events = events_of(book, gone)
    begun = max((event.id for event in events if event.do in BEGINNINGS), default="")
    ends = [event for event in events if event.do == "delete" and event.id > begun]
    went = dict(ends[-1].record or {}) if ends else {}
    lived = [event for event in events if event not in ends]
    return went, replay(lived).get(str(gone), went), lived


def _unheeded(
    book: Book,
    gone: Ref,
    kept: Ref,
    changed: Sequence[tuple[str, Value | None, Value | None]],
    told: Sequence[Event],
) -> Iterator[Late]:
    try:
        fields = dict(book.read_record(kept).fields)
    except BrokenRecordError:
        return
    record_type = book.type_of(kept)
    since = events_of(book, kept)
    for key, before, after in changed:
        event = next((event for event in reversed(told) if event.field == key), None)
        if event is None or any(_decides(other, event) for other in since):
            continue
        now = _carried(book, record_type, key, before, fields.get(key), after)
        if not same(now, fields.get(key)) or now is None:
            yield Late(gone, kept, key, before, after, event, now)


def _decides(other: Event, late: Event) -> bool:
    """Whether somebody changed the same in the kept record after it."""
    if other.field != late.field or other.id < late.id:
        return False
    touched = {*late.add, *late.remove}
    return not touched or not touched.isdisjoint((*other.add, *other.remove))


def _carried(
    book: Book, record_type: RecordType, key: str, before: Value | None, present: Value | None, after: Value | None
) -> Value | None:
    """What the kept record holds once it heeds the change; None where both changed, or a merge never moves it."""
    field = next((f for f in record_type.fields.values() if key in (f.name, *f.was)), None)
    if field is not None and _is_staged(field):
        return None
    if key == BODY:
        return _text(str(before or ""), str(present or ""), str(after or ""))
    if isinstance(present, list) or isinstance(after, list) or (field is not None and field.many):
        gone = set(items(before)) - set(items(after))
        kept = [item for item in items(present) if item not in gone]
        return kept + [item for item in items(after) if item not in kept and item not in items(before)]
    found = merge_value(before, present, after, field, book.setup.types)
    return found.ours if found.ours == found.theirs else None


def _text(before: str, present: str, after: str) -> str | None:
    if after and after in present:
        return present
    if not before:
        return f"{present}\n\n{after}" if present else after
    return present.replace(before, after, 1) if before in present else None


def _is_staged(field: Field) -> bool:
    return field.type in ("stage", "pipeline") or field.default.startswith("(stage.")
