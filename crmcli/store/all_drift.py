"""The drift of a whole book: for `sync`, the pre-commit hook and `crm journal drift`; `check` only looks.

A record found without drift is noted in the index with its file's hash and its newest event, so that the next look
reads only what changed since.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from crmcli.model.event import Event
from crmcli.model.record import Ref, parse_ref
from crmcli.store.drift import Drift, DriftFound, drift_of, events_of
from crmcli.store.hand_renames import gone_records, hand_renames
from crmcli.store.replay import replay

if TYPE_CHECKING:
    from crmcli.store.book import Book

_NEWEST = """(SELECT max(e.id) FROM events e WHERE e."on" = f.ref
AND e."do" IN ('create', 'restore', 'set', 'move', 'delete', 'rename'))"""
_CHANGED = f"""SELECT f.ref FROM files f LEFT JOIN undrifted u ON u.ref = f.ref
WHERE f.ref <> '' AND f.broken = 0 AND (u.hash IS NOT f.hash OR u.event IS NOT {_NEWEST}) ORDER BY f.ref"""
_NOTE = (
    f"INSERT OR REPLACE INTO undrifted SELECT f.ref, f.hash, {_NEWEST} FROM files f WHERE f.ref = ? AND f.broken = 0"
)


def all_drift(book: Book) -> DriftFound:
    """Everything that the files say and the journal does not, files that are gone included; nothing is written."""
    book.index.refresh()
    renamed = {new: old for old, new in hand_renames(book)}
    known = {t.plural for t in book.setup.types.values() if not t.embedded}
    refs = (parse_ref(str(row[0])) for row in book.index.rows(_CHANGED))
    found = drift_of(book, [ref for ref in refs if ref.plural in known], renamed)
    gone = [_deleted(book, ref) for ref in gone_records(book) if ref not in renamed.values()]
    return DriftFound([*found.drift, *(drift for drift in gone if drift)], found.notices, found.clean)


def note_clean(book: Book, refs: Iterable[Ref]) -> None:
    """Remember records that have no drift; where the index does not take it, they are looked at again next time."""
    with suppress(sqlite3.DatabaseError), book.index.writing() as connection:
        connection.executemany(_NOTE, [(str(ref),) for ref in refs])


def _deleted(book: Book, ref: Ref) -> Drift | None:
    """A record whose file is gone: a delete event carries what it was."""
    events = events_of(book, ref)
    known = replay(events).get(str(ref))
    if known is None:
        return None
    event = Event("", "", "", "", "", "delete", str(ref), record=known)
    return Drift(ref, f"{ref.plural}/{ref.id}.md", event, events[-1].id, events[-1].at, None)
