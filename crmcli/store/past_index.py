"""The index of a past moment: a private copy, rewound (docs/questions.md, "Any past moment").

Events after the moment are set aside, records they changed are replayed and put in again through the loader, records made
later go and those deleted since come back; derived columns follow by the code that always makes them. All other records
stand as they are, so the work is that of the records changed since, after the copy itself.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.event import Event
from crmcli.model.record import Fields, Record, Ref, parse_ref
from crmcli.model.schema import Setup
from crmcli.model.types.base import ValueContext
from crmcli.store import disk
from crmcli.store.index.event_rows import AT, ID, EventRow, row_event
from crmcli.store.index.index import Index
from crmcli.store.past_copy import copy_of
from crmcli.store.past_out import events_out, records_out
from crmcli.store.past_state import Later, state_at
from crmcli.store.records import parse_record, ref_of
from crmcli.store.replay import CHANGING, replay

if TYPE_CHECKING:
    from crmcli.store.index.load import Loader

_DOING = ", ".join(f"'{do}'" for do in sorted(CHANGING))
_TABLES = (
    "CREATE TABLE later AS SELECT * FROM events WHERE 0",
    'CREATE INDEX ix_later_on ON later ("on", id)',
    'CREATE TABLE past ("ref" TEXT PRIMARY KEY, path TEXT, fields TEXT)',
    'CREATE TEMP TABLE changed ("ref" TEXT PRIMARY KEY)',
    'CREATE TEMP TABLE out_events (id TEXT PRIMARY KEY, "on" TEXT, "do" TEXT, "of" TEXT) WITHOUT ROWID',
    'CREATE TEMP TABLE out_records ("type" TEXT, id TEXT, PRIMARY KEY ("type", id))',
    "PRAGMA cache_size = -65536",
)
"""`later` holds the events set aside; `past` the records that are not what their files say, NULL for those not there."""

_SET_ASIDE = (
    "DELETE FROM out_events",
    'INSERT INTO out_events SELECT id, "on", "do", "of" FROM events WHERE at > ?1 OR id > ?2',
    "INSERT INTO later SELECT * FROM events WHERE id IN (SELECT id FROM out_events)",
    "DELETE FROM changed",
    f"""INSERT INTO changed SELECT DISTINCT "on" FROM out_events WHERE "do" IN ({_DOING})""",
)
_MADE_LATER = f"""SELECT "on" FROM (SELECT l."on", l."do", min(l.id) FROM changed c JOIN later l ON l."on" = c."ref"
  WHERE l."do" IN ({_DOING}) GROUP BY l."on") m WHERE m."do" = 'create'
  AND NOT EXISTS (SELECT 1 FROM events e WHERE e."on" = m."on" AND e."do" IN ({_DOING}))"""
"""Records of which nothing was told up to the moment, and the first thing told is that they were made."""

_EVENTS = " UNION ALL ".join(
    f'SELECT e.* FROM json_each(?1) c CROSS JOIN {table} e ON e."on" = c.value WHERE e."do" IN ({_DOING})'
    for table in ("events", "later")
)
_CHUNK = 1_000
"""Records whose events are held at a time: those of a year would not fit into the memory a list may take."""

_UNTOLD = """SELECT '{0}/' || r.id FROM "rec_{0}" r WHERE r.created > ?
AND NOT EXISTS (SELECT 1 FROM events e WHERE e."on" = '{0}/' || r.id AND e."do" IN ('create', 'restore', 'delete'))
AND NOT EXISTS (SELECT 1 FROM later e WHERE e."on" = '{0}/' || r.id AND e."do" IN ('create', 'restore', 'delete'))"""
_END = "9999"


class Moment(NamedTuple):
    """What is asked for: `at` up to an instant, ids up to a ULID; empty for no bound. Both sort as time does."""

    at: str = ""
    known: str = ""

    def is_later(self, at: str, identifier: str) -> bool:
        """Whether an event of that time and id lies after it."""
        return bool((self.at and at > self.at) or (self.known and identifier > self.known))


class PastIndex(Index):
    """An index of its own, which knows no files: nothing in it is refreshed or touched."""

    def __init__(
        self, root: Path, state: Path, setup: Setup, context: ValueContext, present: Index, moment: Moment
    ) -> None:
        super().__init__(root, state, setup, context)
        self.path = None
        self._present = present
        self._moment = moment
        self._fresh = True
        self._merges = False  # whether records were ever merged: names mean what they meant then

    def refresh(self) -> None:
        """Nothing changes in the past."""

    def refresh_journal(self) -> None:
        """Nothing changes in the past."""

    def rebuild(self) -> None:
        """Nothing changes in the past."""

    def stale(self) -> None:
        """Nothing changes in the past."""

    def rewind(self, moment: Moment, context: ValueContext) -> None:
        """Go further back, on the same copy; `context` is that of the new moment."""
        self._context = context
        self._moment = moment
        self.__dict__.pop("_makers", None)
        if self._connection is not None:
            self._rewind()

    def fields_of(self, ref: Ref) -> Fields | None:
        """The fields of a record that is not what its file says; None for one that is, or that was not there."""
        row = self.row('SELECT fields FROM past WHERE "ref" = ?', (str(ref),))
        return json.loads(row[0]) if row and row[0] else None

    # ---- inside -----------------------------------------------------------------------------------------

    def _open(self, *, anew: bool = False) -> sqlite3.Connection:
        del anew
        self._present.rows("SELECT 1")  # looks at the files, unless this process has
        self._connection = copy_of(self._present.connection, self._state)
        self._merges = (
            self._connection.execute("SELECT 1 FROM events WHERE \"do\" = 'same' LIMIT 1").fetchone() is not None
        )
        for statement in _TABLES:
            self._connection.execute(statement)
        self._rewind()
        return self._connection

    def _safely(self, work: Callable[[], bool]) -> bool:
        return work()

    @cached_property
    def _former(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """Per plural, for each name of a field that had others, all of them."""
        return {
            type_.plural: {
                name: frozenset([field.name, *field.was])
                for field in type_.fields.values()
                if field.was
                for name in (field.name, *field.was)
            }
            for type_ in self._setup.types.values()
        }

    def _rewind(self) -> None:
        with self.writing() as connection:
            loader = self._loader()
            bounds = (self._moment.at or _END, self._moment.known or "~")
            for statement in _SET_ASIDE:
                connection.execute(statement, bounds if "?" in statement else ())
            connection.execute("DELETE FROM shadows")
            changed, touched = events_out(connection)
            loader.dirty.update(changed)
            if self._merges:
                loader.events.follow_names(later="later")
            rewinding = _Rewinding(connection, loader, self._root, self._moment, self._former)
            rewinding.run(touched, merges=self._merges)
            self._date_stages(connection)

    def _date_stages(self, connection: sqlite3.Connection) -> None:
        """A stage the journal does not know dates from its file's time, which may be later: it was entered by then."""
        if not self._moment.at:
            return
        for plural, maker in self._makers.items():
            if maker.plan.type.stage is not None:
                for column in ("stage_since", "closed"):
                    connection.execute(
                        f'UPDATE "rec_{plural}" SET {column} = ?1 WHERE {column} > ?1', (self._moment.at,)
                    )


class _Rewinding:
    """Records being put back one after another, inside the caller's transaction."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        loader: Loader,
        root: Path,
        moment: Moment,
        former: Mapping[str, Mapping[str, frozenset[str]]],
    ) -> None:
        self._base = connection
        self._loader = loader
        self._root = root
        self._moment = moment
        self._former = former

    def run(self, touched: Collection[str], *, merges: bool) -> None:
        """Put everything back; of the records `touched` only the last touch may be another.

        `merges`: references that followed a name to the record it went into may not do so then, or the other way round.
        """
        from crmcli.store.index.derive import derive  # noqa: PLC0415 - opening a book in the past needs it, nothing else

        self._take_out(self._made_later())
        for ref, rows in self._changed():
            if ref.plural in self._loader.makers:
                self._put_back(ref, rows)
        self._loader.flush()
        self._take_out(self._untold())
        for path in self._loader.follow_aliases() if merges else ():
            self._put_again(path)
        self._loader.flush()
        derive(self._base, self._loader, touched)

    def _made_later(self) -> list[str]:
        made = [str(on) for (on,) in self._base.execute(_MADE_LATER)]
        self._base.executemany('DELETE FROM changed WHERE "ref" = ?', ((on,) for on in made))
        return made

    def _untold(self) -> list[str]:
        """Records whose beginning the journal does not tell, of which the file says that they were made later."""
        if not self._moment.at:
            return []
        at = (self._moment.at,)
        return [on for plural in self._loader.makers for (on,) in self._base.execute(_UNTOLD.format(plural), at)]

    def _take_out(self, refs: Sequence[str]) -> None:
        """Remove records that were not there yet; where their files are is kept for a moment further back."""
        if not refs:
            return
        base = self._base
        known = [ref for ref in map(parse_ref, refs) if ref.plural in self._loader.makers]
        base.execute("DELETE FROM out_records")
        base.executemany("INSERT INTO out_records VALUES (?, ?)", known)
        for plural in self._loader.makers:
            base.execute(
                f"""INSERT OR REPLACE INTO past SELECT ?1 || '/' || id, "_path", NULL FROM "rec_{plural}"
                WHERE id IN (SELECT id FROM out_records WHERE "type" = ?1)""",
                (plural,),
            )
        self._loader.dirty.update(records_out(base, self._loader.makers), refs)

    def _changed(self) -> Iterator[tuple[Ref, list[EventRow]]]:
        """Records with changes after the moment, each with all its changes in id order."""
        refs = [on for (on,) in self._base.execute('SELECT "ref" FROM changed ORDER BY 1').fetchall()]
        for place in range(0, len(refs), _CHUNK):
            asked = json.dumps(refs[place : place + _CHUNK])
            found = self._base.execute(f'SELECT * FROM ({_EVENTS}) ORDER BY "on", id', (asked,)).fetchall()
            for on, rows in groupby(found, key=itemgetter("on")):
                yield parse_ref(on), list(rows)

    def _put_back(self, ref: Ref, rows: list[EventRow]) -> None:
        path, present = self._path(ref)
        state = self._state(ref, path, rows)
        if state is not None:
            self._base.execute("DELETE FROM problems WHERE path = ?", (path,))
            self._note_file(ref, path)
            self._loader.put_soon(Record(ref, state), path)
        elif present:
            self._loader.remove_path(path)
        self._remember(ref, path, state)

    def _state(self, ref: Ref, path: str, rows: list[EventRow]) -> Fields | None:
        events = [row_event(row) for row in rows]
        moment, times = self._moment, {row[ID]: row[AT] for row in rows}
        is_later: Later = lambda event: moment.is_later(times[event.id], event.id)  # noqa: E731
        return state_at(events, self._present(ref, path, events), is_later, self._former.get(ref.plural, {}))

    def _present(self, ref: Ref, path: str, events: Sequence[Event]) -> Fields | None:
        """What the file says, None where there is none; one that cannot be read stands for what was journaled."""
        try:
            read = parse_record(path, disk.read_whole(self._root / path))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            return replay(events).get(str(ref))
        return replay(events).get(str(ref)) if read.problem else dict(read.record.fields)

    def _put_again(self, path: str) -> None:
        """Put a record in once more as it was, for what it refers to."""
        ref = ref_of(path)
        row = self._base.execute('SELECT fields FROM past WHERE "ref" = ?', (str(ref),)).fetchone()
        fields = json.loads(row[0]) if row and row[0] else self._present(ref, path, ())
        if fields is not None:
            self._loader.put_soon(Record(ref, fields), path)

    def _path(self, ref: Ref) -> tuple[str, bool]:
        """The record's file, and whether the index has the record now."""
        row = self._base.execute(f'SELECT "_path" FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,)).fetchone()
        if row:
            return str(row[0]), True
        row = self._base.execute('SELECT path FROM past WHERE "ref" = ?', (str(ref),)).fetchone()
        return (str(row[0]) if row else f"{ref.plural}/{ref.id}.md"), False

    def _note_file(self, ref: Ref, path: str) -> None:
        """A record that comes back needs a line in the table of files, as every record has one."""
        known = self._base.execute("SELECT 1 FROM files WHERE path = ?", (path,)).fetchone()
        if not known:
            folder = path.rpartition("/")[0]
            row = (path, folder, str(ref), self._nanoseconds())
            self._base.execute("INSERT INTO files VALUES (?, ?, ?, 0, ?, 0, 0, '', 0)", row)

    def _nanoseconds(self) -> int:
        """The moment as a file's time: what is not known to be older dates from it."""
        return int(datetime.fromisoformat(self._moment.at).timestamp()) * 1_000_000_000 if self._moment.at else 0

    def _remember(self, ref: Ref, path: str, state: Fields | None) -> None:
        text = None if state is None else json.dumps(state, ensure_ascii=False)
        self._base.execute("INSERT OR REPLACE INTO past VALUES (?, ?, ?)", (str(ref), path, text))
