"""What happens to a record, in the words of triggers, and in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from crmcli.model.event import Event
from crmcli.model.record import Record, Ref, Value, parse_ref

_EVENTS = {"create": "create", "restore": "create", "set": "set", "move": "move", "log": "log", "delete": "delete"}
_DONE = {"create": "added", "delete": "deleted", "archive": "archived"}


class Occurrence(NamedTuple):
    """One event with the record before and after it; `event` is a trigger's word, `more` the event's other keys.

    Of a batch, `event` is `batch`, the rest is of its first event, and `batch` holds all of them.
    """

    type: str
    event: str
    ref: Ref
    field: str = ""
    from_: Value | None = None
    to: Value | None = None
    by: str = ""
    via: str = ""
    note: str = ""
    before: Record | None = None
    after: Record | None = None
    at: str = ""
    op: str = ""
    event_id: str = ""
    more: Mapping[str, object] = {}
    batch: tuple[Occurrence, ...] = ()


def occurrences(
    events: Iterable[Event],
    type_of: Callable[[str], str],
    before: Mapping[Ref, Record],
    after: Mapping[Ref, Record],
) -> list[Occurrence]:
    """Turn an op's events into occurrences; events no trigger speaks of are left out.

    `type_of` gives the type's name for a plural. Setting `archived` is the event `archive`; a restore is a `create`.
    A list's change has the items added as `to` and those removed as `from`.
    """
    found = []
    for event in events:
        ref = parse_ref(event.on)
        if event.do not in _EVENTS or not ref.plural:
            continue
        archives = event.do == "set" and event.field == "archived" and event.to
        changes_list = bool(event.add or event.remove)
        note = event.more.get("note")
        found.append(
            Occurrence(
                type=type_of(ref.plural),
                event="archive" if archives else _EVENTS[event.do],
                ref=ref,
                field=event.field,
                from_=list(event.remove) if changes_list else event.from_,
                to=list(event.add) if changes_list else event.to,
                by=event.by,
                via=event.via,
                note=note if isinstance(note, str) else "",
                before=before.get(ref),
                after=after.get(ref),
                at=event.at,
                op=event.op,
                event_id=event.id,
                more={key: value for key, value in event.more.items() if key not in ("note", "cmd")},
            )
        )
    return found


def batch_of(parts: Sequence[Occurrence]) -> Occurrence:
    """Join what happened in one op into one occurrence."""
    return parts[0]._replace(event="batch", batch=tuple(parts))


def in_words(occurrence: Occurrence, title: str, *, withheld: bool = False) -> str:
    """Say in one line what happened to the record called `title`; `withheld` keeps its values out."""
    if occurrence.batch:
        return _batch_in_words(occurrence, title, withheld=withheld)
    what = f"{occurrence.type} {title}"
    match occurrence.event:
        case "create" | "delete" | "archive":
            return f"{what} {_DONE[occurrence.event]}"
        case "log":
            kind = occurrence.more.get("kind")
            return f"{kind if isinstance(kind, str) and kind else 'note'} logged on {what}"
        case "move":
            if withheld:
                return f"{what} moved"
            start = f" from {_shown(occurrence.from_)}" if occurrence.from_ else ""
            return f"{what} moved{start} to {_shown(occurrence.to)}"
    if withheld or occurrence.field == "body":
        return f"{what}: {occurrence.field} changed"
    return f"{what}: {occurrence.field} {_change_in_words(occurrence)}"


def _change_in_words(occurrence: Occurrence) -> str:
    if isinstance(occurrence.from_, list) or isinstance(occurrence.to, list):
        signed = [f"+{item}" for item in occurrence.to or ()] + [f"-{item}" for item in occurrence.from_ or ()]
        return " ".join(signed)
    return f"set to {_shown(occurrence.to)}" if occurrence.to else "emptied"


def _batch_in_words(occurrence: Occurrence, title: str, *, withheld: bool) -> str:
    first = in_words(occurrence.batch[0], title, withheld=withheld)
    more = len(occurrence.batch) - 1
    return f"{first}, and {more} more" if more else first


def _shown(value: Value | None) -> str:
    text = " ".join(value) if isinstance(value, list) else value or "nothing"
    return text if len(text) <= 80 else text[:79] + "…"
