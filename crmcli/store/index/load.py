"""Putting records and events into the index, and taking them out again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from crmcli.model.event import Event
from crmcli.model.problem import Problem
from crmcli.model.record import Record, Ref
from crmcli.model.schema import Setup
from crmcli.model.types.base import ValueContext
from crmcli.store.index.rates import read_rates
from crmcli.store.index.rowplan import Row, RowMaker, row_plan
from crmcli.store.journal import BrokenLine, read_events
from crmcli.store.records import name_problem, parse_record, ref_of
from crmcli.store.replay import instant, replay

_SIDES = ("items", "tags", "refs", "keys")
_TEXTS = ("kind", "direction", "text", "of")


class Loader:
    """Writes rows of one connection; notes in `dirty` which records need their derived columns anew."""

    def __init__(self, connection: sqlite3.Connection, root: Path, setup: Setup, context: ValueContext) -> None:
        self._base = connection
        self._root = root
        plurals = {t.name: t.plural for t in setup.types.values()}
        self.rates = read_rates(root, setup.config.currency, plurals)
        self.makers = {
            t.plural: RowMaker(row_plan(t, setup), context, self.rates) for t in setup.types.values() if not t.embedded
        }
        self.dirty: set[Ref] = set()
        self.fresh = False  # the tables were empty: nothing to remove first

    # ---- records ----------------------------------------------------------------------------------------

    def put_file(self, path: str, content: bytes) -> str:
        """Load a file of a record folder; return the ref it stands for, "" when it is no record."""
        self._forget_problems(path)
        problem = name_problem(path) or self._twin_problem(path)
        if problem:
            self.add_problems([problem])
            return ""
        read = parse_record(path, content)
        record = read.record
        if read.problem:
            self.add_problems([read.problem])
            record = Record(record.ref, self._journaled(record.ref))
        self.put_record(record, path, read.lines, broken=read.problem is not None)
        return str(record.ref)

    def put_record(self, record: Record, path: str, lines: dict[str, int], *, broken: bool = False) -> None:
        """Replace the rows of one record."""
        maker = self.makers[record.ref.plural]
        row = maker.make(record, path, lines, broken=broken)
        if not self.fresh:
            self._clear(record.ref)
        self._base.execute(maker.plan.insert, row.values)
        self._insert_sides(record.ref, row)
        if row.problems:
            self.add_problems(row.problems)
        self.dirty.add(record.ref)

    def remove_record(self, ref: Ref) -> None:
        """Take a record's rows out."""
        self._clear(ref)
        self._base.execute(f'DELETE FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,))
        self.dirty.add(ref)

    def remove_path(self, path: str) -> None:
        """A file is gone: forget its problems, and its record unless another file is it."""
        self._forget_problems(path)
        ref = ref_of(path)
        if ref.plural not in self.makers:
            return
        table = self.makers[ref.plural].plan.table
        if self._base.execute(f'SELECT 1 FROM "{table}" WHERE id = ? AND "_path" = ?', (ref.id, path)).fetchone():
            self.remove_record(ref)

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Note problems found while reading."""
        rows = [(p.code, p.path, p.line, p.column, p.message, p.remedy, p.severity) for p in problems]
        self._base.executemany("INSERT INTO problems VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def _forget_problems(self, path: str) -> None:
        if not self.fresh:
            self._base.execute("DELETE FROM problems WHERE path = ?", (path,))

    def _twin_problem(self, path: str) -> Problem | None:
        """Another file with the same id (in another subfolder): the first in name order is the record."""
        ref = ref_of(path)
        table = self.makers[ref.plural].plan.table
        twin = self._base.execute(f'SELECT "_path" FROM "{table}" WHERE id = ?', (ref.id,)).fetchone()
        if twin is None or twin[0] == path or not (self._root / twin[0]).exists():
            return None
        return Problem(
            "duplicate-id", path, 0, f"{twin[0]} has the id {ref.id} already", "rename one of the two files"
        )

    def _journaled(self, ref: Ref) -> dict[str, str | list[str]]:
        """The last journaled state of a record whose file cannot be read."""
        events = (row_event(row) for row in self._base.execute(EVENTS_ON, (str(ref),)))
        return replay(events).get(str(ref), {})

    def _clear(self, ref: Ref) -> None:
        for table in _SIDES:
            self._base.execute(f'DELETE FROM {table} WHERE "type" = ? AND id = ?', ref)
        self._forget_doc(str(ref), "record")

    def _insert_sides(self, ref: Ref, row: Row) -> None:
        base = self._base
        if row.items:
            base.executemany("INSERT INTO items VALUES (?, ?, ?, ?, ?, ?)", row.items)
        if row.tags:
            base.executemany("INSERT INTO tags VALUES (?, ?, ?)", row.tags)
        if row.refs:
            base.executemany("INSERT INTO refs VALUES (?, ?, ?, ?, ?, ?)", row.refs)
        if row.keys:
            base.executemany("INSERT INTO keys VALUES (?, ?, ?, ?, ?)", row.keys)
        self._put_doc(str(ref), "record", row.words)

    def _put_doc(self, ref: str, what: str, text: str) -> None:
        if text:
            done = self._base.execute('INSERT INTO docs ("ref", "what", "text") VALUES (?, ?, ?)', (ref, what, text))
            if not self.fresh:
                self._base.execute('INSERT INTO fts (rowid, "text") VALUES (?, ?)', (done.lastrowid, text))

    def _forget_doc(self, ref: str, what: str) -> None:
        found = self._base.execute('SELECT rowid, "text" FROM docs WHERE "ref" = ? AND "what" = ?', (ref, what))
        for number, text in found.fetchall():
            self._base.execute("INSERT INTO fts (fts, rowid, \"text\") VALUES ('delete', ?, ?)", (number, text))
            self._base.execute("DELETE FROM docs WHERE rowid = ?", (number,))

    # ---- events -----------------------------------------------------------------------------------------

    def put_events(self, number: int, path: str, content: bytes, start: int) -> None:
        """Load a segment's events from byte `start` on."""
        events: list[Event] = []
        problems = []
        for found in read_events(content, start=start):
            if isinstance(found, BrokenLine):
                problems.append(
                    Problem("bad-event", path, found.line, f"not an event: {found.why}", "restore the segment from git")
                )
            else:
                events.append(found)
        if problems:
            self.add_problems(problems)
        self.add_events(number, events)

    def add_events(self, number: int, events: list[Event]) -> None:
        """Insert events of segment `number`; of two with one id the smaller (at, by) counts, an erased one always."""
        before = self._base.total_changes
        self._base.executemany(_INSERT_EVENT, (_event_row(number, e) for e in events))
        if self._base.total_changes - before < len(events):
            self._settle_twins(number, events)
        logs = [e for e in events if e.do == "log"]
        self._base.executemany(
            "INSERT INTO event_on VALUES (?, ?)", ((e.id, on) for e in logs for on in dict.fromkeys(_concerned(e)))
        )
        for event in logs:
            text = event.more.get("text")
            if isinstance(text, str):
                self._put_doc(event.on, event.id, text)
        for event in events:
            plural, _, name = event.on.partition("/")
            if plural in self.makers:
                self.dirty.add(Ref(plural, name))
            if event.do == "log":
                self.dirty.update(Ref(*on.split("/", 1)) for on in _concerned(event) if on.split("/")[0] in self.makers)

    def _settle_twins(self, number: int, events: list[Event]) -> None:
        for event in events:
            other = self._base.execute("SELECT seg, local, by FROM events WHERE id = ?", (event.id,)).fetchone()
            if other is None or other[0] == number:
                continue
            self._base.execute("INSERT INTO overlaps VALUES (?, ?)", (number, other[0]))
            if event.more.get("erased") or (event.at, event.by) < (other[1], other[2] or ""):
                self._base.execute(_REPLACE_EVENT, _event_row(number, event))

    def drop_segment(self, number: int) -> list[str]:
        """Take a segment's events out; return the paths of segments that share ids with it and must be read again."""
        base = self._base
        for (on,) in base.execute('SELECT DISTINCT o."on" FROM event_on o JOIN events e ON e.id = o.event WHERE e.seg = ?', (number,)):
            self._dirty_on(on)
        for (on,) in base.execute('SELECT DISTINCT "on" FROM events WHERE seg = ?', (number,)):
            self._dirty_on(on)
        for event, on in base.execute("SELECT id, \"on\" FROM events WHERE seg = ? AND \"do\" = 'log'", (number,)).fetchall():
            self._forget_doc(on, event)
        base.execute("DELETE FROM event_on WHERE event IN (SELECT id FROM events WHERE seg = ?)", (number,))
        base.execute("DELETE FROM events WHERE seg = ?", (number,))
        found = base.execute(
            "SELECT DISTINCT s.path FROM overlaps o JOIN segments s ON s.no IN (o.one, o.other) AND s.no <> ?1"
            " WHERE ?1 IN (o.one, o.other)",
            (number,),
        ).fetchall()
        base.execute("DELETE FROM overlaps WHERE ?1 IN (one, other)", (number,))
        return [path for (path,) in found]

    def _dirty_on(self, on: str) -> None:
        plural, _, name = on.partition("/")
        if plural in self.makers:
            self.dirty.add(Ref(plural, name))


EVENTS_ON = 'SELECT * FROM events WHERE "on" = ? ORDER BY id'
_INSERT_EVENT = f"INSERT OR IGNORE INTO events VALUES ({', '.join('?' * 18)})"
_REPLACE_EVENT = _INSERT_EVENT.replace("IGNORE", "REPLACE")


def _concerned(event: Event) -> list[str]:
    """The records a log line belongs to."""
    others = event.more.get("with")
    return [event.on, *(other for other in others if isinstance(other, str) and "/" in other)] if isinstance(
        others, list
    ) else [event.on]


def _event_row(number: int, event: Event) -> tuple[object, ...]:
    more = dict(event.more)
    texts = [_pop_text(more, key) for key in _TEXTS]
    took = more.get("took")
    if event.add:
        more["add"] = list(event.add)
    if event.remove:
        more["remove"] = list(event.remove)
    if event.record is not None:
        more["record"] = event.record
    return (
        event.id,
        number,
        instant(event.at),
        event.at,
        event.by or None,
        event.via,
        event.op,
        event.do,
        event.on,
        event.field or None,
        _packed(event.from_),
        _packed(event.to),
        texts[0],
        texts[1],
        _seconds(took),
        texts[2],
        texts[3],
        json.dumps(more, ensure_ascii=False) if more else None,
    )


def row_event(row: sqlite3.Row | tuple[object, ...]) -> Event:
    """The event a row of `events` holds."""
    more = json.loads(row[17]) if row[17] else {}
    for key, place in (("kind", 12), ("direction", 13), ("text", 15), ("of", 16)):
        if row[place] is not None:
            more[key] = row[place]
    add, remove, record = more.pop("add", ()), more.pop("remove", ()), more.pop("record", None)
    return Event(
        row[0], row[3], row[4] or "", row[5], row[6], row[7], row[8], row[9] or "",
        _unpacked(row[10]), _unpacked(row[11]), tuple(add), tuple(remove), record, more,
    )  # fmt: skip


def _packed(value: str | list[str] | None) -> str | None:
    """Text as it is, a list as JSON after a NUL (which no stored text holds)."""
    return "\0" + json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def _unpacked(text: str | None) -> str | list[str] | None:
    return json.loads(text[1:]) if text and text[0] == "\0" else text


def _pop_text(more: dict[str, object], key: str) -> str | None:
    return str(more.pop(key)) if isinstance(more.get(key), str) else None


def _seconds(took: object) -> int | None:
    if not isinstance(took, str):
        return None
    from crmcli.text.durations import parse_duration  # noqa: PLC0415

    length = parse_duration(took)
    return int(length.seconds_total()) if length else None
