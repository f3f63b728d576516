"""Make the demo book: nine months of a made-up firm's business, through the same road as everything else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.demo_makings import RECORDS, YOU, Days, Making, Makings, Row, read_makings
from crmcli.actions.init import Person, init_book
from crmcli.engines import form
from crmcli.engines.plan import IMPORT
from crmcli.engines.road import Request, carry_out
from crmcli.errors import ConflictError
from crmcli.model.change import Change
from crmcli.model.ids import new_id, randomness
from crmcli.model.keys import stored_name
from crmcli.model.record import Fields, Ref, Value
from crmcli.model.schema import Field, RecordType
from crmcli.store import disk, git
from crmcli.store.index.rates import FILE as RATES
from crmcli.store.setup.config_text import NewBook
from crmcli.text.slug import slug

if TYPE_CHECKING:
    from crmcli.store.book import Book

VIA = "import:demo"
_TASKS = "tasks"


class FolderOccupiedError(ConflictError):
    """A demo book was to be made among other files."""

    def __init__(self, root: Path) -> None:
        super().__init__(f"{root} is not empty", hint="name a new folder: crm demo demo-book")


class MadeDemo(NamedTuple):
    """The demo book, how many records of each type it holds, how many log lines, sentences for people."""

    book: Book
    counts: Mapping[str, int]
    lines: int
    notices: list[str]


def make_demo(root: Path, person: Person, *, language: str = "") -> MadeDemo:
    """Make the demo book in a new or empty folder; raises `FolderOccupiedError` (exit 5).

    Its days are counted from today, its ids drawn anew each time (unless CRM_RANDOM fixes them). Git is set up as in
    `crm init`, but not inside somebody's repository.
    """
    if root.is_dir() and any(root.iterdir()):
        raise FolderOccupiedError(root)
    makings = read_makings()
    said = makings.book
    wishes = NewBook(
        str(said["name"]),
        str(said["currency"]),
        str(said["timezone"]),
        language or str(said["language"]),
        str(said["country"]),
    )
    made = init_book(root, wishes, person, with_git=git.find_repository(root) is None)
    book = made.book
    disk.write_new(root / RATES, _rates(makings, Days(book.now())).encode())
    builder = _Builder(book, makings)
    builder.build()
    counts = Counter(ref.plural for ref in builder.refs)
    return MadeDemo(book, counts, len(makings.log), made.notices)


def _rates(makings: Makings, days: Days) -> str:
    lines = ["date\tcurrency\trate"]
    listed = makings.book.get("rate", ())
    for rate in listed if isinstance(listed, list) else ():
        lines += [f"{days.day(int(rate['day']))}\t{code}\t{value}" for code, value in rate.items() if code != "day"]
    return "\n".join([*lines, ""])


class _Builder:
    """Turns makings into changes: handles into ids, days into moments, and each person's doings into an op of theirs."""

    def __init__(self, book: Book, makings: Makings) -> None:
        self._book = book
        self._makings = makings
        self._days = Days(book.now())
        self._you = book.me
        self._places = 0
        self._refs = self._name_all()
        self.refs = list(self._refs.values())
        self._ids = {handle: ref.id for (_plural, handle), ref in self._refs.items()}

    def _name_all(self) -> dict[tuple[str, str], Ref]:
        """An id for every handle."""
        source = randomness()
        taken: set[str] = {self._you}
        refs = {("members", YOU): Ref("members", self._you)}
        for plural, listed in self._makings.records.items():
            record_type = self._type(plural)
            for making in listed:
                title = str(making.fields[record_type.title])
                name = new_id(slug(title, record_type.name), source, taken.__contains__)
                taken.add(name)
                refs[plural, making.handle] = Ref(plural, name)
        for place, task in enumerate(self._makings.tasks):
            refs[_TASKS, str(place)] = Ref(_TASKS, new_id(slug(str(task["text"]), "task"), source, taken.__contains__))
        return refs

    def build(self) -> None:
        """Write everything, the firm first, then what each person did."""
        records = self._makings.records
        self._write(YOU, (change for p in RECORDS[:-1] for making in records[p] for change in self._making(p, making)))
        everybody = (YOU, *(member.handle for member in records["members"]))
        for who in everybody:
            deals = (deal for deal in records[RECORDS[-1]] if deal.fields["owner"] == who)
            self._write(who, (change for deal in deals for change in self._making(RECORDS[-1], deal)))
        for who in everybody:
            self._write(who, [*self._tasks(who), *self._lines(who)])
        self._book.identify(self._you)

    def _write(self, who: str, changes: Iterable[Change]) -> None:
        self._book.identify(self._ids[who])
        carry_out(self._book, list(changes), Request("demo", via=VIA, rules=IMPORT, hooks=False))

    def _type(self, plural: str) -> RecordType:
        return next(t for t in self._book.setup.types.values() if t.plural == plural)

    # ---- records ------------------------------------------------------------------------------------------

    def _making(self, plural: str, making: Making) -> Iterable[Change]:
        """The creation of a record, then its history in order of time."""
        ref = self._refs[plural, making.handle]
        begun = self._sometime(making.made)
        yield self._create(ref, making.fields, begun)
        record_type = self._type(plural)
        history = [
            *((self._sometime(m.day), Change("move", ref, to=m.stage, more=_note(m.note))) for m in making.moves),
            *((self._sometime(s.day), self._set(ref, record_type, s.field, s.value)) for s in making.sets),
        ]
        for moment, change in sorted(history, key=lambda dated: dated[0]):
            yield change._replace(at=_stamp(max(moment, begun)))

    def _sometime(self, day: int) -> datetime:
        self._places += 1
        return self._days.sometime(day, self._places)

    def _create(self, ref: Ref, typed: Row, moment: datetime) -> Change:
        record_type = self._type(ref.plural)
        fields: Fields = {"created": moment.isoformat(timespec="seconds")}
        for name, value in typed.items():
            if name == "tags":
                fields[name] = [str(tag) for tag in value] if isinstance(value, list) else [str(value)]
                continue
            field = record_type.fields[name]
            fields[stored_name(field)] = self._stored(record_type, field, value)
        return Change("create", ref, record=fields, at=_stamp(moment))

    def _set(self, ref: Ref, record_type: RecordType, name: str, typed: str) -> Change:
        return Change("set", ref, name, to=self._stored(record_type, record_type.fields[name], typed))

    def _stored(self, record_type: RecordType, field: Field, typed: object) -> Value:
        listed = typed if isinstance(typed, list) else [typed]
        stored = [self._one(record_type, field, item) for item in listed]
        return stored if field.many else stored[0]

    def _one(self, record_type: RecordType, field: Field, typed: object) -> str:
        if field.reference:
            return self._ids[str(typed)]
        if isinstance(typed, int):
            return self._days.day(typed).isoformat()
        return form.typed_value(self._book, record_type, field, str(typed).strip())

    # ---- tasks and lines ----------------------------------------------------------------------------------

    def _tasks(self, who: str) -> Iterable[Change]:
        for place, task in enumerate(self._makings.tasks):
            if task["for"] != who:
                continue
            ref = self._refs[_TASKS, str(place)]
            begun = self._sometime(_day(task, "made"))
            fields = {name: str(task[name]) for name in ("text", "for", "rrule") if name in task}
            create = self._create(ref, fields, begun)
            made: Fields = {**(create.record or {}), "due": self._due(task)}
            if "on" in task:
                made["on"] = str(self._refs[_handle(str(task["on"]))])
            yield create._replace(record=made)
            for stage in ("done", "dropped"):
                if stage in task:
                    yield Change("move", ref, to=stage, at=_stamp(self._sometime(_day(task, stage))))

    def _due(self, task: Row) -> str:
        due = _day(task, "due")
        if "time" not in task:
            return self._days.day(due).isoformat()
        return self._days.at(due, str(task["time"])).isoformat(timespec="minutes")

    def _lines(self, who: str) -> Iterable[Change]:
        for line in self._makings.log:
            if line["by"] != who:
                continue
            more = {name: line[name] for name in ("kind", "direction", "took") if name in line}
            others = line.get("with", [])
            if others:
                listed = others if isinstance(others, list) else [others]
                more["with"] = [str(self._refs["contacts", str(handle)]) for handle in listed]
            more["text"] = line["text"]
            moment = self._sometime(_day(line, "day"))
            yield Change("log", self._refs[_handle(str(line["on"]))], at=_stamp(moment), more=more)


def _handle(text: str) -> tuple[str, str]:
    plural, _, handle = text.partition("/")
    return plural, handle


def _day(row: Row, name: str) -> int:
    day = row[name]
    return day if isinstance(day, int) else 0


def _note(note: str) -> dict[str, object]:
    return {"note": note} if note else {}


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
