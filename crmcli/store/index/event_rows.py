"""An event as a row of the index and back (docs/index.md)."""

from __future__ import annotations

import sqlite3
from typing import Any

from crmcli.model.event import Event
from crmcli.store.replay import instant
from crmcli.text.plain_json import dumps, loads

COLUMNS = (
    "id", "seg", "at", "local", "by", "via", "op", "do", "on", "field", "from", "to", "kind", "direction", "took", "text",
    "of", "more", "origin",
)  # fmt: skip
ID, SEG, AT, LOCAL, BY, VIA, OP, DO, ON, FIELD, FROM, TO, KIND, DIRECTION, TOOK, TEXT, OF, MORE, ORIGIN = range(19)
"""Places in a row. `on` is the record's present name, `origin` the one in the journal where that is another."""

EVENTS_ON = 'SELECT * FROM events WHERE "on" = ? ORDER BY id'
SAME_OP = "coalesce(json_extract(more, '$.since'), op)"
"""Of a `same`, the op that made the two one."""

EventRow = tuple[Any, ...]
"""SQLite's values, in the order of `COLUMNS`."""

TOUCH_KINDS = ("call", "email", "meeting", "visit", "chat", "reply")
"""Kinds of log line that count as a touch of the customer (ENGINES: `touch` of the log type)."""

_TEXTS = (("kind", KIND), ("direction", DIRECTION), ("text", TEXT), ("of", OF))


def event_row(number: int, event: Event) -> EventRow:
    """The row of an event that stands in segment `number`."""
    more = dict(event.more) if event.more else {}
    kind, direction, text, of = (_pop_text(more, key) for key, _ in _TEXTS) if more else (None,) * 4
    took = _seconds(more["took"]) if "took" in more else None
    if event.add:
        more["add"] = event.add
    if event.remove:
        more["remove"] = event.remove
    if event.record is not None:
        more["record"] = event.record
    return (
        event.id, number, instant(event.at), event.at, event.by or None, event.via, event.op, event.do, event.on,
        event.field or None, _packed(event.from_), _packed(event.to), kind, direction, took, text, of,
        dumps(more) if more else None, None,
    )  # fmt: skip


def row_event(row: sqlite3.Row | EventRow) -> Event:
    """The event a row of `events` holds, under its record's present name."""
    more = loads(row[MORE]) if row[MORE] else {}
    for key, place in _TEXTS:
        if row[place] is not None:
            more[key] = row[place]
    add, remove, record = more.pop("add", ()), more.pop("remove", ()), more.pop("record", None)
    return Event(
        row[ID], row[LOCAL], row[BY] or "", row[VIA], row[OP], row[DO], row[ON], row[FIELD] or "",
        _unpacked(row[FROM]), _unpacked(row[TO]), tuple(add), tuple(remove), record, more,
    )  # fmt: skip


def rank(row: EventRow, path: str) -> tuple[object, ...]:
    """What decides between two events of one id: the erased one, then the smaller (at, by); the rest only keeps order."""
    erased = bool(row[MORE]) and '"erased": true' in str(row[MORE])
    rest = [str(value or "") for place, value in enumerate(row) if place not in (SEG, ON, ORIGIN)]
    return (not erased, row[LOCAL], row[BY] or "", rest, row[ORIGIN] or row[ON], path)


def concerned(row: EventRow) -> list[str]:
    """The records a log line belongs to: its own, then those it was said `with`."""
    own = str(row[ORIGIN] or row[ON])
    more = loads(str(row[MORE])) if row[MORE] and '"with"' in str(row[MORE]) else {}
    others = more.get("with")
    if not isinstance(others, list):
        return [own]
    return list(dict.fromkeys([own, *(other for other in others if isinstance(other, str) and "/" in other)]))


def is_touch(row: EventRow) -> int:
    """1 for a log line that counts as a touch of the customer, else 0: nothing a rule wrote does."""
    return int(row[KIND] in TOUCH_KINDS and not str(row[VIA]).lower().startswith("rule:"))


def _packed(value: str | list[str] | None) -> str | None:
    """Text as it is, a list as JSON after a NUL (which no stored text holds)."""
    return "\0" + dumps(value) if isinstance(value, list) else value


def _unpacked(text: str | None) -> str | list[str] | None:
    return loads(text[1:]) if text and text[0] == "\0" else text


def _pop_text(more: dict[str, object], key: str) -> str | None:
    return str(more.pop(key)) if isinstance(more.get(key), str) else None


def _seconds(took: object) -> int | None:
    if not isinstance(took, str):
        return None
    from crmcli.text.durations import parse_duration  # noqa: PLC0415

    length = parse_duration(took)
    return int(length.seconds_total()) if length else None
