"""The records of a past moment: which were otherwise, and putting them into the tables of then (docs/questions.md).

A rewinding only notes whom later events changed. The records of a type are replayed when a question first reads them, a
thousand at a time, and go in through the loader as into a fresh index, with what follows from their events. Tables of
references, tags and the like are right as soon as the types are in which a later event touched such a field.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.model.event import Event
from crmcli.model.record import Fields, Record, Ref, parse_ref
from crmcli.store import disk
from crmcli.store.index.derive import update_touches
from crmcli.store.index.event_rows import AT, ID, EventRow, row_event
from crmcli.store.past_moment import Moment
from crmcli.store.past_names import NAMING_TABLES, PastNames
from crmcli.store.past_state import Later, state_at
from crmcli.store.past_tables import NAMED, PROBLEMS, RECORDS, PastTables
from crmcli.store.records import parse_record
from crmcli.store.replay import CHANGING, replay

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType
    from crmcli.store.index.load import Loader
    from crmcli.store.index.rowmake import RowMaker
    from crmcli.store.index.rowplan import RowPlan

_DOING = ", ".join(f"'{do}'" for do in sorted(CHANGING))
_CHANGED = 'CREATE TEMP TABLE changed ("ref" TEXT PRIMARY KEY, "type" TEXT, deep INTEGER, step INTEGER) WITHOUT ROWID'
"""Records not put right yet; `deep`: more than their own rows may be otherwise; `step`: the rewinding that noted them last."""

_NOTE = f"""INSERT INTO changed
SELECT "on", "type", max("do" NOT IN ('set', 'move') OR "type" || '.' || field IN (SELECT value FROM json_each(?1))), ?2
FROM (SELECT +"on" AS "on", substr("on", 1, instr("on", '/') - 1) AS "type", "do", field FROM main.events WHERE {{}} AND "do" IN ({_DOING}))
WHERE "type" IN (SELECT value FROM json_each(?3)) GROUP BY "on"
ON CONFLICT ("ref") DO UPDATE SET deep = max(deep, excluded.deep), step = excluded.step"""

_MADE_LATER = f"""SELECT c."ref" FROM changed c WHERE c.step = {{}}
AND NOT EXISTS (SELECT 1 FROM events e WHERE e."on" = c."ref" AND e."do" IN ({_DOING}))
AND (SELECT e."do" FROM main.events e WHERE e."on" = c."ref" AND e."do" IN ({_DOING}) ORDER BY e.id LIMIT 1) = 'create'"""
"""Records of which nothing was told up to the moment, and the first thing told is that they were made."""

_UNTOLD = """SELECT '{0}/' || r.id FROM main."rec_{0}" r WHERE r.created > '{1}' AND NOT EXISTS
(SELECT 1 FROM main.events e WHERE e."on" = '{0}/' || r.id AND e."do" IN ('create', 'restore', 'delete'))"""
"""Records whose beginning the journal does not tell, of which the file says that they were made later."""

_SIDES = ("items", "tags", "refs", "keys", "moves")
_LISTS = frozenset(["tags", "keys", "aliases"])
"""Lists that every record may have."""

_EVENTS = f"""SELECT e.* FROM json_each(?) c CROSS JOIN main.events e ON e."on" = c.value WHERE e."do" IN ({_DOING})
ORDER BY e."on", e.id"""
_FILES = 'SELECT f."ref", f.path, f.mtime FROM json_each(?) c CROSS JOIN main.files f ON f."ref" = c.value'
_TOUCHED = """SELECT o."on" AS "ref" FROM main.event_on o WHERE o.touch AND {0}
UNION SELECT o."on" FROM main.event_on o WHERE o.event IN (SELECT e."of" FROM main.events e WHERE e."do" = 'retract' AND {1})
UNION SELECT "ref" FROM {2} UNION {3}"""
_FOLLOWED = 'SELECT "type", old, new FROM followed'
_REFER = """INSERT OR REPLACE INTO changed SELECT DISTINCT r."type" || '/' || r.id, r."type", 1, ?3 FROM refs r
WHERE r.to_type = ?1 AND (r.to_id = ?2 OR r.origin = ?2)"""
"""Records that refer to a name."""

_NAMED_TYPES = """SELECT "type" FROM main.merged UNION SELECT "type" FROM merged UNION SELECT "type" FROM keys WHERE field = 'aliases'"""
_CHUNK = 1_000
"""Records whose events are held at a time: those of a year would not fit into the memory a list may take."""


class PastRecords:
    """What was otherwise, on one connection; what is asked is put right for the `moment` before."""

    def __init__(self, base: sqlite3.Connection, root: Path, new_loader: Callable[[], Loader]) -> None:
        self._base = base
        self._root = root
        self._new_loader = new_loader
        self.tables = PastTables(base)
        self.moment = Moment()
        self._last: Moment | None = None  # the moment that was rewound to; None: the present
        self._touched: Moment | None = None  # the same of last touches
        self._settled: set[str] = set()
        self._makers: Mapping[str, RowMaker] = {}
        self._former: Mapping[str, Mapping[str, frozenset[str]]] = {}  # by plural
        self._merged: set[str] = set()  # records of which another went or came back than in the present
        self._step = 0
        base.execute(_CHANGED)
        self._merges = base.execute("SELECT 1 FROM events WHERE \"do\" = 'same' LIMIT 1").fetchone() is not None

    def rewind(self, moment: Moment, makers: Mapping[str, RowMaker]) -> None:
        """Go to a moment that does not lie after the one before."""
        self._makers = makers
        self._former = {plural: _former(maker.plan.type) for plural, maker in makers.items()}
        self.tables.bound(moment)
        deep = [f"{plural}.{name}" for plural, maker in makers.items() for name in _hanging(maker.plan)]
        asked = (json.dumps(deep), self._step, json.dumps(list(makers)))
        self._base.execute(_NOTE.format(moment.since(self._last, "id")), asked)
        untold = [_UNTOLD.format(plural, moment.at) for plural in makers if moment.at]
        self.tables.leave(" UNION ALL ".join([_MADE_LATER.format(self._step), *untold]))
        self._base.execute('DELETE FROM changed WHERE "ref" IN (SELECT "ref" FROM leaving)')
        self.moment = self._last = moment
        self._step += 1
        self._settled.clear()
        if self._merges:
            self._follow_names()

    def settle(self, plurals: Iterable[str]) -> None:
        """Put the records of these types right."""
        for plural in {*plurals} - self._settled:
            self._settled.add(plural)
            table = RECORDS + plural
            found = self._base.execute('SELECT "ref" FROM changed WHERE "type" = ? ORDER BY 1', (plural,)).fetchall()
            if found:
                self.tables.make(table, *self.sides, PROBLEMS)
            elif self._base.execute('SELECT 1 FROM void WHERE "type" = ? LIMIT 1', (plural,)).fetchone():
                self.tables.make(table)
            for place in range(0, len(found), _CHUNK):
                self._put_back([str(on) for (on,) in found[place : place + _CHUNK]])
            self._base.execute('DELETE FROM changed WHERE "type" = ?', (plural,))
            if self._makers[plural].plan.stage is not None and self.moment.at:
                self._date_stages(table)

    def settle_sides(self) -> None:
        """Put the tables of references, tags and the like right."""
        self.settle([on for (on,) in self._base.execute('SELECT DISTINCT "type" FROM changed WHERE deep').fetchall()])
        self.tables.make(*self.sides)

    def settle_all(self) -> None:
        """Put everything right but last touches."""
        self.settle(self._makers)
        self.tables.make(*self.sides, PROBLEMS)

    def settle_touches(self, plural: str) -> None:
        """Put the last touches of a type right."""
        self.settle_sides()
        self.settle([plural])
        self.tables.name("event_on")
        if self._touched != self.moment:
            after = self.moment.since(self._touched, "event"), self.moment.since(self._touched, "id")
            self.tables.owe(_TOUCHED.format(*after, "leaving" if self.tables.owing else "void", NAMED))
            self._touched, self.tables.owing = self.moment, True
        if self._base.execute('SELECT 1 FROM dirty WHERE "type" = ? LIMIT 1', (plural,)).fetchone():
            self.tables.make(RECORDS + plural)
            update_touches(self._base, plural)
            self._base.execute('DELETE FROM dirty WHERE "type" = ?', (plural,))

    def fields_of(self, ref: Ref) -> Fields | None:
        """The fields of a record that is not what its file says; None for one that is, or that was not there."""
        asked = (json.dumps([str(ref)]),)
        rows = self._base.execute(_EVENTS, asked).fetchall()
        if not any(self.moment.is_later(row[AT], row[ID]) for row in rows):
            return None
        found = self._base.execute(_FILES, asked).fetchone()
        return self._state(ref, found[1] if found else f"{ref}.md", rows)

    # ---- inside -----------------------------------------------------------------------------------------

    @property
    def sides(self) -> list[str]:
        """Tables with rows of records, beside their own."""
        inner = {plan.rows.table for maker in self._makers.values() for plan in maker.plan.inner}
        return [*_SIDES, *sorted(inner)]

    def _put_back(self, refs: Sequence[str]) -> None:
        """Replay records, and put those that were there into the tables in the place of what is there."""
        asked = (json.dumps(refs),)
        rows = self._base.execute(_EVENTS, asked).fetchall()
        told = {str(on): list(events) for on, events in groupby(rows, key=itemgetter("on"))}
        files = {on: (path, changed) for on, path, changed in self._base.execute(_FILES, asked)}
        self.tables.leave('SELECT value AS "ref" FROM json_each(?)', asked)
        loader = self._new_loader()
        for on in refs:
            ref = parse_ref(on)
            path, changed = files.get(on, (f"{on}.md", self.moment.nanoseconds()))
            state = self._state(ref, path, told.get(on, []))
            if state is not None:
                loader.put_soon(Record(ref, state), path, changed)
        loader.flush()
        if self.tables.owing:
            self.tables.owe()

    def _follow_names(self) -> None:
        """Let names mean the records they meant before records were merged, or taken apart."""
        for table in NAMING_TABLES:
            self.tables.copy(table)
        self._base.execute("DELETE FROM merged")
        self._base.execute("INSERT INTO merged SELECT * FROM main.merged")
        names = PastNames(self._base)
        self._merged |= names.follow_all()
        self.tables.rename(names.renamed)
        self.settle_sides()
        self.settle([plural for (plural,) in self._base.execute(_NAMED_TYPES).fetchall() if plural in self._makers])
        loader = self._new_loader()
        loader.events.merged |= self._merged
        before = {tuple(row) for row in self._base.execute(_FOLLOWED)}
        loader.follow_aliases()
        loader.flush()
        after = {tuple(row) for row in self._base.execute(_FOLLOWED)}
        self._base.executemany(_REFER, [(plural, old, self._step) for plural, old, _ in before ^ after])
        self._settled.clear()

    def _state(self, ref: Ref, path: str, rows: Sequence[EventRow]) -> Fields | None:
        """The fields of a record, of which these are all the events that change it; None where it was not there."""
        events = [row_event(row) for row in rows]
        moment, times = self.moment, {row[ID]: row[AT] for row in rows}
        is_later: Later = lambda event: moment.is_later(times[event.id], event.id)  # noqa: E731
        return state_at(events, self._present(ref, path, events), is_later, self._former[ref.plural])

    def _present(self, ref: Ref, path: str, events: Sequence[Event]) -> Fields | None:
        """What the file says, None where there is none; one that cannot be read stands for what was journaled."""
        try:
            read = parse_record(path, disk.read_whole(self._root / path))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            return replay(events).get(str(ref), {})
        return replay(events).get(str(ref), {}) if read.problem else dict(read.record.fields)

    def _date_stages(self, table: str) -> None:
        """A stage the journal does not know dates from its file's time, which may be later: it was entered by then."""
        at = (self.moment.at,)
        for column in ("stage_since", "closed"):
            if self._base.execute(f'SELECT 1 FROM "{table}" WHERE {column} > ? LIMIT 1', at).fetchone():
                self.tables.make(table)
                self._base.execute(f'UPDATE "{table}" SET {column} = ?1 WHERE {column} > ?1', at)


def _hanging(plan: RowPlan) -> set[str]:
    """Names of fields that are not in the record's own row alone."""
    names = {name for name, field in plan.fields.items() if field.many or field.field.reference or field.field.key}
    return names | {name for inner in plan.inner for name in (inner.field.name, *inner.field.was)} | _LISTS


def _former(record_type: RecordType) -> Mapping[str, frozenset[str]]:
    """For each name of a field that had others, all of them."""
    own = [field for field in record_type.fields.values() if field.was]
    return {name: frozenset([field.name, *field.was]) for field in own for name in (field.name, *field.was)}
