"""What happened with a record and its parts: log lines and changes in one row, newest first."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from crmcli.light import NamedTuple
from crmcli.model.event import Event
from crmcli.reports.views import TimelineLine
from crmcli.reports.wording import Wording
from crmcli.store.index.event_rows import row_event
from crmcli.store.sameness import SAME
from crmcli.text.phrases import phrase

if TYPE_CHECKING:
    from crmcli.model.record import Ref
    from crmcli.store.book import Book

PARTS = """WITH RECURSIVE part("type", id) AS (SELECT ?1, ?2
  UNION SELECT f."type", f.id FROM part p JOIN refs f ON f.to_type = p."type" AND f.to_id = p.id WHERE f.within = (p.id IS NOT NULL))"""
"""The record `?1`/`?2` and all that is part of it.

A condition on the inner table alone (`within = 1`) would have SQLite go through all of it first, for a Bloom filter.
"""

LOG_LINES = f"""{PARTS} SELECT DISTINCT e.* FROM part p JOIN event_on o ON o."on" = p."type" || '/' || p.id
  JOIN events e ON e.id = o.event
  WHERE NOT EXISTS (SELECT 1 FROM events x WHERE x."of" = o.event AND x."do" = 'retract')"""
OWN_CHANGES = """SELECT e.* FROM events e WHERE e."on" = ?1 || '/' || ?2 AND e."do" NOT IN ('log', 'retract')
  UNION ALL SELECT e.* FROM merged m JOIN events e ON e."on" = m."type" || '/' || m.old
  WHERE m."type" = ?1 AND m.new = ?2 AND e."do" NOT IN ('log', 'retract')
  AND NOT (e."do" = 'delete' AND e.op IN (SELECT s.op FROM events s WHERE s.id = m.event))"""
"""Changes of the record, and of those that went into it."""

MOVES_OF_PARTS = f"""{PARTS} SELECT e.* FROM part p JOIN events e ON e."on" = p."type" || '/' || p.id
  WHERE e."do" = 'move' AND NOT (p."type" = ?1 AND p.id = ?2)"""


class Timeline(NamedTuple):
    """The newest lines and how many older ones there are."""

    lines: tuple[TimelineLine, ...]
    older: int = 0


def timeline(book: Book, ref: Ref, wording: Wording, limit: int | None = None, *, changes: bool = True) -> Timeline:
    """Log lines of a record and its parts, its own changes and its parts' moves; without `changes` only the log.

    Changes of one op on one record are one line.
    """
    groups = [list(group) for _, group in groupby(timeline_events(book, ref, changes=changes), key=_line_key)]
    kept = groups if limit is None else groups[:limit]
    return Timeline(tuple(_line(wording, group, str(ref)) for group in kept), len(groups) - len(kept))


def timeline_events(book: Book, ref: Ref, *, changes: bool = True) -> list[Event]:
    """The events of a timeline, newest first."""
    questions = [LOG_LINES, OWN_CHANGES, MOVES_OF_PARTS] if changes else [LOG_LINES]
    events = {str(row[0]): row_event(row) for sql in questions for row in book.index.rows(sql, (*ref,))}
    return sorted(events.values(), key=lambda event: (_instant(event.at), event.id), reverse=True)


def _instant(at: str) -> float:
    from datetime import datetime  # noqa: PLC0415

    try:
        return datetime.fromisoformat(at).timestamp()
    except ValueError:
        return 0.0


def _line_key(event: Event) -> tuple[str, str, str]:
    """Log lines stand alone; changes of one op on one record belong together."""
    return event.op or event.id, event.on, event.id if event.do == "log" else ""


def _line(wording: Wording, events: list[Event], shown: str) -> TimelineLine:
    first = events[-1]
    where = wording.title(first.on) if first.on != shown else ""
    if first.do == "log":
        return _log_line(wording, first, where)
    kinds = [event.do for event in events]
    kind = next((do for do in ("create", "restore", "delete", "move", "rename", SAME) if do in kinds), "set")
    changes = [event for event in reversed(events) if event.do in ("set", "move", "rename")]
    said = [wording.change(event) for event in (*(event for event in events if event.do == SAME), *changes)]
    notes = [str(event.more["note"]) for event in events if event.more.get("note")]
    return TimelineLine(
        at=wording.moment(first.at),
        by=_author(wording, first),
        kind=phrase(wording.language, "merge" if kind == SAME else kind),
        what="; ".join(said),
        text="\n".join(dict.fromkeys(notes)),
        ref=where,
    )


def _log_line(wording: Wording, event: Event, where: str) -> TimelineLine:
    more = {key: str(event.more.get(key, "")) for key in ("kind", "direction", "took", "text")}
    return TimelineLine(
        at=wording.moment(event.at),
        by=_author(wording, event),
        kind=wording.value(wording.book.setup.types.get("log"), "kind", more["kind"])
        or phrase(wording.language, "log"),
        text=more["text"],
        direction=more["direction"],
        took=more["took"],
        ref=where,
    )


def _author(wording: Wording, event: Event) -> str:
    """Who, and how where it was no person at a keyboard."""
    via = "" if event.via in ("cli", "tui", "api", "") else event.via
    return ", ".join(part for part in (wording.who(event.by), via) if part)
