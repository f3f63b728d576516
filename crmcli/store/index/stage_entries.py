"""The stages a record went through, by its events (STORE §2 rule 9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from crmcli.store.index.rowplan import stage_of
from crmcli.text.plain_json import loads

if TYPE_CHECKING:
    from crmcli.model.schema import Pipeline
    from crmcli.store.index.derive import EventRow

_MAKES = ("create", "restore")
CLOSED_KINDS = ("won", "lost")
"""Kinds of stages that close a record."""


class Entry(NamedTuple):
    """One stage entered."""

    event: str
    at: str
    before: str
    to: str
    kind: str
    by: str
    via: str
    note: str


def entries_of(events: Iterable[EventRow], pipeline: Pipeline, names: tuple[str, ...]) -> list[Entry]:
    """Stage entries in (at, id) order, those whose id exceeds all before; `was` names are mapped.

    `names` are the stage field's name and its former ones.
    """
    entries: list[Entry] = []
    greatest = ""
    present = ""
    for _, event, at, do, field, to, by, via, more in events:
        if event <= greatest or (do not in _MAKES and field not in names):
            continue
        greatest = event
        makes = do in _MAKES
        extra = loads(more) if more and (makes or '"note"' in more) else {}
        target = _stage_in(extra.get("record", {}), names) if makes else to or ""
        stage = stage_of(pipeline, target or pipeline.first)
        name, kind = (stage.name, stage.kind) if stage else (target, "")
        if name != present:
            entries.append(Entry(event, at, present, name, kind, by or "", via, str(extra.get("note", ""))))
            present = name
    return entries


def _stage_in(record: dict[str, object], names: tuple[str, ...]) -> str:
    return next((str(record[name]) for name in names if record.get(name)), "")


def move_rows(plural: str, name: str, entries: list[Entry]) -> list[tuple[str | int | None, ...]]:
    """The rows of `moves` of one record."""
    rows: list[tuple[str | int | None, ...]] = []
    for place, (event, at, before, to, kind, by, via, note) in enumerate(entries):
        until = entries[place + 1].at if place + 1 < len(entries) else ""
        seconds = _between(at, until) if until else None
        rows.append((plural, name, event, at, before or None, to, kind, seconds, by or None, via, note or None))
    return rows


def _between(start: str, end: str) -> int | None:
    try:
        return int((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())
    except ValueError:
        return None


def standing(
    entries: list[Entry], pipeline: Pipeline, stage: str, changed: int
) -> tuple[str | None, str | None, str | None]:
    """stage_since, closed and last open stage; of a stage the journal does not know yet, the file's time (ns)."""
    if not entries or entries[-1].to != stage:
        since = instant_of(changed)
        found = stage_of(pipeline, stage)
        kind = found.kind if found else ""
    else:
        since, kind = entries[-1].at, entries[-1].kind
    if kind not in CLOSED_KINDS:
        return since, None, None
    closed = since
    for entry in reversed(entries):
        if entry.kind not in CLOSED_KINDS:
            break
        closed = entry.at
    return since, closed, next((e.to for e in reversed(entries) if e.kind in ("open", "hold")), None)


def instant_of(nanoseconds: int) -> str:
    """A file's time as instants are written."""
    return _of_seconds(nanoseconds // 1_000_000_000)


@lru_cache(maxsize=256)
def _of_seconds(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
