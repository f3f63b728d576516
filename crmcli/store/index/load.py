"""Putting record files into the index, and taking them out again; events go the same way through `events_in`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

from crmcli.model.problem import Problem
from crmcli.model.record import Fields, Record, Ref
from crmcli.store.index.derive import COLUMNS, MOVE_COLUMNS, events_of, past_of
from crmcli.store.index.event_rows import EVENTS_ON, row_event
from crmcli.store.index.events_in import EventsIn
from crmcli.store.index.filled import insert_filled, insert_mapped
from crmcli.store.index.merged import tell_merged
from crmcli.store.index.renew import is_as_told, renew_row
from crmcli.store.index.rowmake import KIND, PIPELINE, Row, RowMaker
from crmcli.store.index.rowplan import BUILT_IN, RowPlan
from crmcli.store.index.stage_entries import CLOSED_KINDS, instant_of, move_rows
from crmcli.store.index.texts import Texts
from crmcli.store.records import name_problem, parse_record, ref_of
from crmcli.store.replay import replay

_SIDES = {"items": 6, "tags": 3, "refs": 7, "keys": 5}
"""Tables that hold a record's lists, references and keys: name and columns; all begin with `type`, `id`."""

_INSERT_SIDE = {table: f"INSERT INTO {table} VALUES ({', '.join('?' * width)})" for table, width in _SIDES.items()}
_DERIVED = tuple(next(n for n, (name, _) in enumerate(BUILT_IN) if name == column) for column in COLUMNS)
"""Places of what follows from events."""

_SINCE, _CLOSED = _DERIVED[3:5]

_KEPT = {*_DERIVED, next(n for n, (name, _) in enumerate(BUILT_IN) if name == "touched")}
"""The same and the last touch, which follows from the events of the parts too."""

_BATCH = 2_000
Waiting = tuple[dict[int, str | int | float | None], int]
"""A row not written yet, by place of its columns; the time of its file (ns)."""

_POINTING = """SELECT f.path FROM refs r JOIN files f ON f."ref" = r."type" || '/' || r.id
WHERE r.to_type = ?1 AND (r.to_id = ?2 OR r.origin = ?2)"""
"""Files of the records that point at a name, followed or not."""


class Loader:
    """Writes rows of one connection, many at a time; `dirty` says which records need their derived columns anew.

    `fresh` promises that the tables were empty: there is nothing to remove first. What was put is written by `flush`.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        root: Path,
        makers: Mapping[str, RowMaker],
        followed: dict[tuple[str, str], str],
        *,
        fresh: bool = False,
        texts: Texts | None = None,
    ) -> None:
        self._base = connection
        self._root = root
        self._fresh = fresh
        self._texts = texts or Texts(connection)
        self._rows: dict[str, list[Waiting]] = {}
        self._sides: dict[str, list[tuple[str | int | float | None, ...]]] = {table: [] for table in _SIDES}
        self._inner: dict[str, list[tuple[str | int | float | None, ...]]] = {}  # rows inside records, by statement
        self._problems: list[tuple[str | int, ...]] = []
        self._placed: dict[Ref, str] = {}  # files of records that are not written yet
        self._waiting: set[Ref] = set()
        self._eventful: bool | None = None  # whether a fresh index has any events; None: not asked yet
        self.makers = makers
        self._followed = followed  # what `makers` look references up in
        self.alone: frozenset[str] = frozenset()  # types of which no two files can have one id: they lie in one folder
        self.demoted: list[str] = []  # files that turned out to be second ones: the caller's table of files says so
        self.events = EventsIn(connection, self._texts, fresh=fresh)
        self.dirty = self.events.dirty

    # ---- records ----------------------------------------------------------------------------------------

    def put_file(self, path: str, content: bytes, changed: int = 0) -> tuple[str, bool]:
        """Load a file of a record folder; return the ref it stands for ("" when it is no record), whether it is broken.

        `changed` is the file's time in ns, from which a fresh index dates stages that the journal does not know.
        """
        self._forget_problems(path)
        ref = ref_of(path)
        problem = name_problem(path) or self._twin_problem(path, ref)
        if problem:
            self.add_problems([problem])
            return "", False
        read = parse_record(path, content, ref)
        record = read.record
        if read.problem:
            self.add_problems([read.problem])
            record = Record(record.ref, self._journaled(record.ref))
        on = self._put(record, path, read.lines, changed, broken=read.problem is not None)
        return on, read.problem is not None

    def put_unreadable(self, path: str, problem: Problem) -> str:
        """A file whose bytes cannot be had stands for its journaled state; return its ref, "" when it is no record."""
        self._forget_problems(path)
        ref = ref_of(path)
        refused = name_problem(path) or self._twin_problem(path, ref)
        self.add_problems([problem if problem.code == "not-a-file" else refused or problem])
        journaled = self._journaled(ref)
        if refused or (problem.code == "not-a-file" and not journaled):
            return ""
        return self._put(Record(ref, journaled), path, {}, broken=True)

    def put_record(self, record: Record, path: str) -> None:
        """Replace the rows of one record, at once."""
        self.put_soon(record, path)
        self.flush()

    def put_soon(self, record: Record, path: str, changed: int = 0) -> None:
        """Put the rows of one record in with the next flush: for many of them; `changed` as with `put_file`."""
        self._put(record, path, {}, changed, broken=False)

    def remove_path(self, path: str) -> None:
        """A file is gone: forget its problems, and its record unless another file is it."""
        self._forget_problems(path)
        ref = ref_of(path)
        if ref.plural in self.makers and self._path_of(ref) == path:
            self._clear(ref)
            self._placed.pop(ref, None)
            self.dirty.add(str(ref))

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Note problems found while reading."""
        self._problems += [(p.code, p.path, p.line, p.column, p.message, p.remedy, p.severity) for p in problems]

    def has(self, ref: Ref) -> bool:
        """Whether the index holds a record."""
        return bool(self._path_of(ref))

    def twins_of(self, ref: Ref) -> list[str]:
        """Files that are not the record because another one has its id, in name order."""
        self.flush()
        found = self._base.execute(
            "SELECT path FROM problems WHERE code = 'duplicate-id' AND path > ? AND path < ? ORDER BY path",
            (f"{ref.plural}/", f"{ref.plural}0"),
        )
        return [path for (path,) in found.fetchall() if ref_of(path) == ref]

    def retell_twins(self, ref: Ref, first: str) -> None:
        """Let the problems of a record's second files name the file that is the record now."""
        others = [path for path in self.twins_of(ref) if path != first]
        self._base.executemany("DELETE FROM problems WHERE path = ?", [(path,) for path in others])
        self.add_problems([_twin(path, first) for path in others])

    def follow_aliases(self) -> list[str]:
        """Bring the names that references are followed under up to the aliases there are; return files to be read again.

        An alias counts while no record has its name, and so does the name of a record that was merged. Where no rename is,
        there is nothing to do.
        """
        if self.events.merged:
            tell_merged(self._base, self._texts, self.makers, self.events.merged)
            self.events.merged.clear()
        wanted = {(plural, old): new for plural in self.makers for old, new in self._aliases(plural)}
        moved = {name for name in {*wanted, *self._followed} if wanted.get(name) != self._followed.get(name)}
        if not moved:
            return []
        self._followed.clear()
        self._followed.update(wanted)
        self._base.execute("DELETE FROM followed")
        rows = [(plural, old, new) for (plural, old), new in sorted(wanted.items())]
        self._base.executemany("INSERT INTO followed VALUES (?, ?, ?)", rows)
        found = [row for name in moved for row in self._base.execute(_POINTING, name)]
        return sorted({path for (path,) in found})

    def _aliases(self, plural: str) -> list[tuple[str, str]]:
        return self._base.execute(
            f"""SELECT old, new FROM merged m WHERE "type" = ?1
            AND NOT EXISTS (SELECT 1 FROM "rec_{plural}" r WHERE r.id = m.old)
            UNION ALL SELECT fold, min(id) FROM keys k WHERE "type" = ?1 AND field = 'aliases'
            AND NOT EXISTS (SELECT 1 FROM "rec_{plural}" r WHERE r.id = k.fold) GROUP BY fold""",
            (plural,),
        ).fetchall()

    def flush(self) -> None:
        """Write what was put."""
        base = self._base
        for plural, rows in self._rows.items():
            plan = self.makers[plural].plan
            if self._fresh:
                self._follow_events(plan, rows)
            insert_mapped(base, plan.table, plan.names, [values for values, _ in rows])
        self._rows.clear()
        for statement, inner in self._inner.items():
            base.executemany(statement, inner)
        self._inner.clear()
        for table, hanging in self._sides.items():
            if hanging:
                base.executemany(_INSERT_SIDE[table], hanging)
                hanging.clear()
        if self._problems:
            base.executemany("INSERT INTO problems VALUES (?, ?, ?, ?, ?, ?, ?)", self._problems)
            self._problems.clear()
        self._texts.flush()
        self._waiting.clear()
        self._placed.clear()

    # ---- inside -----------------------------------------------------------------------------------------

    def _put(self, record: Record, path: str, lines: dict[str, int], changed: int = 0, *, broken: bool = False) -> str:
        ref = record.ref
        on = f"{ref.plural}/{ref.id}"
        row = self.makers[ref.plural].make(record, path, lines, broken=broken)
        if self._path_of(ref):
            self._renew(ref, row)
        else:
            self._rows.setdefault(ref.plural, []).append((row.values, changed))
            self._add_sides(on, row)
        if row.problems:
            self.add_problems(row.problems)
        self._placed[ref] = path
        if not self._fresh:
            self.dirty.add(on)
        self._waiting.add(ref)
        if len(self._waiting) >= _BATCH:
            self.flush()
        return on

    def _renew(self, ref: Ref, row: Row) -> None:
        """Write what differs of a record that is there; what follows from its events, `derive` brings up to date."""
        if ref in self._waiting:
            self.flush()
        self._dirty_wholes(ref)
        renew_row(self._base, self.makers[ref.plural].plan, ref, row.values, _KEPT)
        for table, rows in (("items", row.items), ("tags", row.tags), ("refs", row.refs), ("keys", row.keys)):
            if not is_as_told(self._base, table, ref, rows):
                self._base.execute(f'DELETE FROM {table} WHERE "type" = ? AND id = ?', ref)
                self._sides[table] += rows
        self._clear_inner(ref)
        for plan, inner in row.inner:
            self._inner.setdefault(plan.insert, []).extend(inner)
        self._texts.replace(str(ref), "record", row.words)

    def _follow_events(self, plan: RowPlan, rows: list[Waiting]) -> None:
        """Add to rows of a fresh index what follows from their events, all of which are in."""
        if self._eventful is None:
            self._eventful = self._base.execute("SELECT 1 FROM events LIMIT 1").fetchone() is not None
        plural = plan.type.plural
        events = events_of(self._base, plural, [str(values[0]) for values, _ in rows]) if self._eventful else {}
        if not events and not plan.pipelines:
            return
        stage = plan.fields[plan.stage.name].place if plan.stage else -1
        moves: list[tuple[str | int | None, ...]] = []
        for values, changed in rows:
            name = str(values[0])
            own = events.get(name)
            if own is None:
                _date_by_file(values, changed)
                continue
            pipeline, present = values.get(PIPELINE), values.get(stage)
            past = past_of(own, plan, str(pipeline or ""), str(present or ""), changed)
            values.update({n: value for n, value in zip(_DERIVED, past.columns, strict=True) if value is not None})
            if past.entries:
                moves += move_rows(plural, name, past.entries)
        if moves:
            insert_filled(self._base, "moves", MOVE_COLUMNS, moves)

    def _add_sides(self, on: str, row: Row) -> None:
        sides = self._sides
        if row.items:
            sides["items"] += row.items
        if row.tags:
            sides["tags"] += row.tags
        if row.refs:
            sides["refs"] += row.refs
        if row.keys:
            sides["keys"] += row.keys
        for plan, inner in row.inner:
            self._inner.setdefault(plan.insert, []).extend(inner)
        if row.words:
            self._texts.put(on, "record", row.words)

    def _path_of(self, ref: Ref) -> str:
        """The file the index has for a record, "" when it has none."""
        if ref.plural in self.alone:
            return ""
        placed = self._placed.get(ref)
        if placed is not None:
            return placed
        found = self._base.execute(f'SELECT "_path" FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,)).fetchone()
        return str(found[0]) if found else ""

    def _clear(self, ref: Ref) -> None:
        """Take out a record and what hangs on it; its wholes count it no longer."""
        if ref in self._waiting:
            self.flush()
        base = self._base
        self._dirty_wholes(ref)
        base.execute(f'DELETE FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,))
        for table in (*_SIDES, "moves"):
            base.execute(f'DELETE FROM {table} WHERE "type" = ? AND id = ?', ref)
        self._clear_inner(ref)
        self._texts.forget(str(ref), "record")

    def _clear_inner(self, ref: Ref) -> None:
        for inner in self.makers[ref.plural].plan.inner:
            self._base.execute(f'DELETE FROM "{inner.rows.table}" WHERE "type" = ? AND id = ?', ref)

    def _dirty_wholes(self, ref: Ref) -> None:
        wholes = self._base.execute('SELECT to_type, to_id FROM refs WHERE "type" = ? AND id = ? AND within = 1', ref)
        self.dirty.update(f"{plural}/{name}" for plural, name in wholes.fetchall())

    def _forget_problems(self, path: str) -> None:
        if not self._fresh:
            self._base.execute("DELETE FROM problems WHERE path = ?", (path,))

    def _twin_problem(self, path: str, ref: Ref) -> Problem | None:
        """Another file has the same id (in another subfolder): the first in name order is the record."""
        other = self._path_of(ref)
        if not other or other == path or not (self._root / other).exists():
            return None
        if path < other:
            self._demote(ref, other, path)
            return None
        return _twin(path, other)

    def _demote(self, ref: Ref, path: str, first: str) -> None:
        """The record's file turns out to be a second one: it is a problem now, and the other the record."""
        self._clear(ref)
        self.demoted.append(path)
        self._base.execute("DELETE FROM problems WHERE path = ?", (path,))
        self.add_problems([_twin(path, first)])
        self.retell_twins(ref, first)

    def _journaled(self, ref: Ref) -> Fields:
        """The last journaled state of a record whose file cannot be read."""
        events = (row_event(row) for row in self._base.execute(EVENTS_ON, (str(ref),)))
        return replay(events).get(str(ref), {})


def _date_by_file(values: dict[int, str | int | float | None], changed: int) -> None:
    """What `past_of` says of a record without events: its stage dates from the file's time."""
    if PIPELINE in values:
        values[_SINCE] = since = instant_of(changed)
        if values.get(KIND) in CLOSED_KINDS:
            values[_CLOSED] = since


def _twin(path: str, first: str) -> Problem:
    name = ref_of(path).id
    return Problem("duplicate-id", path, 0, f"{first} has the id {name} already", "rename one of the two files")
