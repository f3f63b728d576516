"""Putting record files into the index, and taking them out again; events go the same way through `events_in`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

from crmcli.model.problem import Problem
from crmcli.model.record import Fields, Record, Ref
from crmcli.store.index.event_rows import EVENTS_ON, row_event
from crmcli.store.index.events_in import EventsIn
from crmcli.store.index.rowmake import Row, RowMaker
from crmcli.store.index.texts import Texts
from crmcli.store.records import name_problem, parse_record, ref_of
from crmcli.store.replay import replay

__all__ = ["EVENTS_ON", "Loader", "row_event"]

_SIDES = {"items": 6, "tags": 3, "refs": 6, "keys": 5}
"""Tables that hold a record's lists, references and keys: name and columns; all begin with `type`, `id`."""

_INSERT_SIDE = {table: f"INSERT INTO {table} VALUES ({', '.join('?' * width)})" for table, width in _SIDES.items()}
_BATCH = 2_000


class Loader:
    """Writes rows of one connection, many at a time; `dirty` says which records need their derived columns anew.

    `fresh` promises that the tables were empty: there is nothing to remove first. What was put is written by `flush`.
    """

    def __init__(
        self, connection: sqlite3.Connection, root: Path, makers: Mapping[str, RowMaker], *, fresh: bool = False
    ) -> None:
        self._base = connection
        self._root = root
        self._fresh = fresh
        self._texts = Texts(connection, fresh=fresh)
        self._rows: dict[str, list[list[str | int | float | None]]] = {}
        self._sides: dict[str, list[tuple[str | int | float | None, ...]]] = {table: [] for table in _SIDES}
        self._problems: list[tuple[str | int, ...]] = []
        self._placed: dict[Ref, str] = {}  # of a fresh index every record's file, else those not written yet
        self._waiting: set[Ref] = set()
        self.makers = makers
        self.events = EventsIn(connection, self._texts)
        self.dirty = self.events.dirty

    # ---- records ----------------------------------------------------------------------------------------

    def put_file(self, path: str, content: bytes) -> tuple[str, bool]:
        """Load a file of a record folder; return the ref it stands for ("" when it is no record), whether it is broken."""
        self._forget_problems(path)
        problem = name_problem(path) or self._twin_problem(path)
        if problem:
            self.add_problems([problem])
            return "", False
        read = parse_record(path, content)
        record = read.record
        if read.problem:
            self.add_problems([read.problem])
            record = Record(record.ref, self._journaled(record.ref))
        self._put(record, path, read.lines, broken=read.problem is not None)
        return str(record.ref), read.problem is not None

    def put_unreadable(self, path: str, problem: Problem) -> str:
        """A file whose bytes cannot be had stands for its journaled state; return its ref, "" when it is no record."""
        self._forget_problems(path)
        refused = name_problem(path) or self._twin_problem(path)
        self.add_problems([refused or problem])
        if refused:
            return ""
        ref = ref_of(path)
        self._put(Record(ref, self._journaled(ref)), path, {}, broken=True)
        return str(ref)

    def put_record(self, record: Record, path: str, lines: dict[str, int]) -> None:
        """Replace the rows of one record, at once."""
        self._put(record, path, lines, broken=False)
        self.flush()

    def remove_path(self, path: str) -> None:
        """A file is gone: forget its problems, and its record unless another file is it."""
        self._forget_problems(path)
        ref = ref_of(path)
        if ref.plural in self.makers and self._path_of(ref) == path:
            self._clear(ref)
            self._base.execute(f'DELETE FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,))
            self._placed.pop(ref, None)
            self.dirty.add(str(ref))

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Note problems found while reading."""
        self._problems += [(p.code, p.path, p.line, p.column, p.message, p.remedy, p.severity) for p in problems]

    def flush(self) -> None:
        """Write what was put."""
        base = self._base
        for plural, rows in self._rows.items():
            base.executemany(self.makers[plural].plan.insert, rows)
        self._rows.clear()
        for table, hanging in self._sides.items():
            if hanging:
                base.executemany(_INSERT_SIDE[table], hanging)
                hanging.clear()
        if self._problems:
            base.executemany("INSERT INTO problems VALUES (?, ?, ?, ?, ?, ?, ?)", self._problems)
            self._problems.clear()
        self._texts.flush()
        self._waiting.clear()
        if not self._fresh:
            self._placed.clear()

    # ---- inside -----------------------------------------------------------------------------------------

    def _put(self, record: Record, path: str, lines: dict[str, int], *, broken: bool) -> None:
        ref = record.ref
        maker = self.makers[ref.plural]
        row = maker.make(record, path, lines, broken=broken)
        if self._path_of(ref):
            self._clear(ref)
        self._rows.setdefault(ref.plural, []).append(row.values)
        self._add_sides(ref, row)
        if row.problems:
            self.add_problems(row.problems)
        self._placed[ref] = path
        self.dirty.add(str(ref))
        self._waiting.add(ref)
        if len(self._waiting) >= _BATCH:
            self.flush()

    def _add_sides(self, ref: Ref, row: Row) -> None:
        sides = self._sides
        if row.items:
            sides["items"] += row.items
        if row.tags:
            sides["tags"] += row.tags
        if row.refs:
            sides["refs"] += row.refs
        if row.keys:
            sides["keys"] += row.keys
        if row.words:
            self._texts.put(str(ref), "record", row.words)

    def _path_of(self, ref: Ref) -> str:
        """The file the index has for a record, "" when it has none."""
        placed = self._placed.get(ref)
        if placed is not None or self._fresh:
            return placed or ""
        found = self._base.execute(f'SELECT "_path" FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,)).fetchone()
        return str(found[0]) if found else ""

    def _clear(self, ref: Ref) -> None:
        """Take out what hangs on a record; its wholes count it no longer."""
        if ref in self._waiting:
            self.flush()
        base = self._base
        wholes = base.execute('SELECT to_type, to_id FROM refs WHERE "type" = ? AND id = ? AND within = 1', ref)
        self.dirty.update(f"{plural}/{name}" for plural, name in wholes.fetchall())
        for table in _SIDES:
            base.execute(f'DELETE FROM {table} WHERE "type" = ? AND id = ?', ref)
        self._texts.forget(str(ref), "record")

    def _forget_problems(self, path: str) -> None:
        if not self._fresh:
            self._base.execute("DELETE FROM problems WHERE path = ?", (path,))

    def _twin_problem(self, path: str) -> Problem | None:
        """Another file has the same id (in another subfolder): the first in name order is the record."""
        ref = ref_of(path)
        other = self._path_of(ref)
        if not other or other == path or not (self._root / other).exists():
            return None
        if path < other:
            self._demote(ref, other, path)
            return None
        return _twin(path, other)

    def _demote(self, ref: Ref, path: str, first: str) -> None:
        """The record's file turns out to be a second one: it is a problem now, and the other the record."""
        self.flush()
        self._base.execute("DELETE FROM problems WHERE path = ?", (path,))
        self._base.execute("UPDATE files SET ref = '', broken = 0 WHERE path = ?", (path,))
        self._clear(ref)
        self.add_problems([_twin(path, first)])

    def _journaled(self, ref: Ref) -> Fields:
        """The last journaled state of a record whose file cannot be read."""
        events = (row_event(row) for row in self._base.execute(EVENTS_ON, (str(ref),)))
        return replay(events).get(str(ref), {})


def _twin(path: str, first: str) -> Problem:
    name = ref_of(path).id
    return Problem("duplicate-id", path, 0, f"{first} has the id {name} already", "rename one of the two files")
