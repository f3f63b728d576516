"""Whom events in the index speak of now: names given up by a rename, and lines of the log of records that were merged.

The column `on` holds the present name, `origin` the written one where that is another. An event that changes fields
follows renames only; a line of the log also goes where its record went (docs/identity.md).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from crmcli.store.index.event_rows import DO, ID, ON, ORIGIN, SAME_OP, EventRow
from crmcli.store.names import Begun, Names, Rename, made_anew
from crmcli.store.sameness import SAME, Sameness, Samenesses

if TYPE_CHECKING:
    from crmcli.store.index.texts import Texts

LINES = frozenset(["log", "retract"])
"""What is told of a record without changing it."""

NAMING = frozenset(["rename", SAME])
"""What changes whom names mean."""

Ask = Callable[[str, tuple[str, ...]], Sequence[Any]]
"""Asks a question; its rows."""

MERGED_COLUMNS = ("type", "old", "new", "kept", "event", "op")
"""Of the table `merged`: ids of the record that went, the one it is now, the one it went into; the event that said so."""

_RENAMES = 'SELECT id, coalesce(origin, "on"), "to" FROM {} WHERE "do" = \'rename\' AND "to" <> \'\''
_SAMES = f"""SELECT id, {SAME_OP}, coalesce(origin, "on"), "of" FROM events WHERE "do" = 'same'"""
_BEGUN = """SELECT coalesce(origin, "on"), id, coalesce(json_extract(more, '$.record.created'), ''), "do" = 'restore'
FROM {} WHERE ("on" = ?1 OR origin = ?1) AND "do" IN ('create', 'restore')"""
_GIVEN_UP = (
    """SELECT coalesce(origin, "on") FROM events WHERE "do" = 'rename' UNION SELECT "type" || '/' || old FROM merged"""
)


def _is_of_one_type(on: str, of: str | None) -> bool:
    return of is not None and "/" in of and on.partition("/")[0] == of.partition("/")[0]


def given_up(base: sqlite3.Connection) -> set[str]:
    """Every name that means another record now."""
    return {str(name) for (name,) in base.execute(_GIVEN_UP)}


def names_of_journal(ask: Ask, tables: Sequence[str] = ("events",)) -> tuple[Names, Samenesses]:
    """The renames of all `tables` of events, and the samenesses of the first that hold."""
    told = [row for table in tables for row in ask(_RENAMES.format(table), ())]
    renames = [Rename(str(event), str(on), f"{str(on).partition('/')[0]}/{to}") for event, on, to in told]
    names = Names(renames, made_anew(renames, _begun(ask, {rename.old for rename in renames}, tables)))
    said = [tuple(row) for row in ask(_SAMES, ()) if _is_of_one_type(row[2], row[3])]
    sames = [Sameness(event, op, names.follow(on, event), names.follow(of, event)) for event, op, on, of in said]
    written = {str(row[3]) for row in said} | {same.gone for same in sames}
    written |= {rename.old for rename in renames} if sames else set()
    began = [(names.follow(one.name, one.id), one.id) for one in _begun(ask, written, tables[:1])]
    return names, Samenesses(sames, began)


def _begun(ask: Ask, names: Iterable[str], tables: Iterable[str]) -> Iterator[Begun]:
    """Events that made a record under one of the names."""
    for name in names:
        for table in tables:
            rows = ask(_BEGUN.format(table), (name,))
            yield from (Begun(name, str(event), str(at), bool(back)) for said, event, at, back in rows if said == name)


class NamesIn:
    """Follows names in one connection; `dirty` gets the records whose derived columns may be others then.

    `later`: also in that table stand events, of which renames count and samenesses do not (the past goes by present names).
    """

    def __init__(self, base: sqlite3.Connection, texts: Texts, dirty: set[str], *, later: str = "") -> None:
        self._base = base
        self._texts = texts
        self._dirty = dirty
        ask: Ask = lambda sql, params: base.execute(sql, params).fetchall()  # noqa: E731
        self._names, self._sames = names_of_journal(ask, ("events", later) if later else ("events",))

    # ---- every event --------------------------------------------------------------------------------------

    def follow_all(self) -> set[str]:
        """Bring every event up to the names there are; return the records that went or came back (`plural/id`)."""
        base = self._base
        moved = base.execute("SELECT * FROM events WHERE origin IS NOT NULL").fetchall()
        before = {str(row[0]): row for row in self._merged()}
        if not self._names.old and not moved and not self._sames.holding and not before:
            return set()
        self._texts.flush()
        rows = {row[ID]: row for row in moved}
        for old in self._names.old:
            rows |= {row[ID]: row for row in base.execute('SELECT * FROM events WHERE "on" = ?', (old,))}
        for gone in self._sames.holding:
            of_it = base.execute("SELECT * FROM events WHERE \"on\" = ? AND \"do\" IN ('log', 'retract')", (gone,))
            rows |= {row[ID]: row for row in of_it}
        for row in rows.values():
            self._follow(row)
        found = base.execute('SELECT event, "on", origin FROM event_on WHERE origin IS NOT NULL').fetchall()
        for old in (*self._names.old, *self._sames.holding):
            found += base.execute('SELECT event, "on", origin FROM event_on WHERE "on" = ?', (old,)).fetchall()
        self._follow_company(found)
        return self._note_merged(before)

    def _merged(self) -> list[tuple[str, ...]]:
        return self._base.execute(
            """SELECT "type" || '/' || old, "type" || '/' || new, kept, event, op FROM merged"""
        ).fetchall()

    def _note_merged(self, before: dict[str, tuple[str, ...]]) -> set[str]:
        """Write down who went where; the records of which that is another than before, and what they were and are one with."""
        now = {
            gone: (gone, self._sames.root(gone), same.kept.partition("/")[2], same.id, same.op)
            for gone, same in self._sames.holding.items()
        }
        moved = {gone for gone in {*before, *now} if tuple(before.get(gone, ())) != now.get(gone, ())}
        for gone in moved:
            plural, _, name = gone.partition("/")
            self._base.execute('DELETE FROM merged WHERE "type" = ? AND old = ?', (plural, name))
            if row := now.get(gone):
                self._base.execute(
                    "INSERT INTO merged VALUES (?, ?, ?, ?, ?, ?)", (plural, name, row[1].partition("/")[2], *row[2:])
                )
            self._dirty.update(found[1] for found in (before.get(gone), row) if found)
        return moved

    # ---- those that came ----------------------------------------------------------------------------------

    def follow_some(self, events: Iterable[str]) -> None:
        """Bring these events up to the names there are, when no event changed what names mean."""
        self._texts.flush()
        asked = (json.dumps(list(events)),)
        for row in self._base.execute(
            "SELECT * FROM events WHERE id IN (SELECT value FROM json_each(?))", asked
        ).fetchall():
            self._follow(row)
        self._follow_company(
            self._base.execute(
                'SELECT event, "on", origin FROM event_on WHERE event IN (SELECT value FROM json_each(?))', asked
            ).fetchall()
        )

    # ---- one ----------------------------------------------------------------------------------------------

    def _now(self, name: str, event: str, *, line: bool) -> str:
        present = self._names.follow(name, event)
        return self._sames.root(present) if line else present

    def _follow(self, row: EventRow) -> None:
        origin, event = str(row[ORIGIN] or row[ON]), str(row[ID])
        now = self._now(origin, event, line=row[DO] in LINES)
        if now == row[ON]:
            return
        self._dirty.update((str(row[ON]), now))
        base = self._base
        base.execute(
            'UPDATE events SET "on" = ?, origin = ? WHERE id = ?', (now, origin if now != origin else None, event)
        )
        if row[DO] == "log":
            base.execute('UPDATE docs SET "ref" = ? WHERE "ref" = ? AND "what" = ?', (now, row[ON], event))

    def _follow_company(self, found: Iterable[EventRow]) -> None:
        """The same for all the records that a line belongs to."""
        for event, on, origin in dict.fromkeys(map(tuple, found)):
            told = origin or on
            now = self._now(told, event, line=True)
            if now != on:
                self._base.execute(
                    'UPDATE event_on SET "on" = ?1, origin = ?2 WHERE event = ?3 AND "on" = ?4 AND origin IS ?5',
                    (now, told if now != told else None, event, on, origin),
                )
                self._dirty.update((on, now))
