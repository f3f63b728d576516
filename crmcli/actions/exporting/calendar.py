"""Tasks as entries to be done, meetings of the log as events: iCalendar, for phones to show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.actions.content.card_fields import uid_of
from crmcli.actions.content.meeting_lines import COLUMNS, STANDING, Line, line_of, out_properties, series_uid
from crmcli.actions.content.meeting_lines import KIND as MEETING
from crmcli.actions.content.slots import divided, given_back, slots_of
from crmcli.actions.content.todo_fields import (
    COMPLETED,
    OURS,
    STATUS,
    STATUSES,
    SYSTEM,
    kind_of,
    made_property,
    todo_map,
    typed_words,
)
from crmcli.actions.exporting.outgoing import Kind, Outgoing
from crmcli.actions.importing.binding import bind
from crmcli.engines import process
from crmcli.model.keys import by_field
from crmcli.model.private import private_names
from crmcli.model.record import Fields, Ref, parse_ref
from crmcli_formats import ical
from crmcli_formats.contentlines import Component, Property, escape

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType
    from crmcli.store.book import Book

OPEN = "open"


class Todos:
    """Makes entries of tasks."""

    def __init__(self, book: Book, record_type: RecordType, *, private: bool) -> None:
        self._book = book
        self._type = record_type
        part = todo_map(record_type)
        columns = list(dict.fromkeys([*part.columns, *part.moves]))
        self._slots = slots_of(book, bind(part, columns, book.setup, record_type.name), own=("UID",))
        self._hidden = frozenset(slot.name for slot in self._slots if slot.field.private and not private)
        self._zones = ical.Zones(book.zone)
        self._people = People(book, private=private)

    def of(self, ref: Ref) -> Outgoing:
        """The entry of a task."""
        record = self._book.read_record(ref)
        fields = by_field(self._type, record.fields)
        lines = record.items(SYSTEM)
        kept = [found for line in lines if (found := ical.kept_property(line)) is not None]
        by_slot, rest = divided([one for one in kept if one.name != STATUS], self._slots)
        out = [one for one in rest if one.name not in self._hidden]
        base: Fields = {SYSTEM: lines} if lines else {}
        for place, slot in enumerate(self._slots):
            if slot.name not in self._hidden:
                value = base[slot.column.stored] = fields.get(slot.column.stored) or ""
                out += given_back(
                    slot, value, by_slot.get(place, []), lambda p, f: typed_words(p, f, self._zones), made_property
                )
        out += self._status(ref, fields, kept, base)
        out += self._contact(fields)
        out.append(_stamp(record.text("created")))
        inner = [line for line in lines if line.upper().startswith("BEGIN:")]
        uid = uid_of(record.items("keys"), SYSTEM) or ref.id
        return Outgoing(uid, out, inner, base, hidden=self._hidden)

    def _status(self, ref: Ref, fields: Fields, kept: Sequence[Property], base: Fields) -> list[Property]:
        """The status of the task's stage, and when it was completed."""
        stage = self._type.stage
        if stage is None or not self._book.setup.pipelines_of(self._type.name):
            return []
        pipeline = process.pipeline_of(self._book.setup, self._type, fields)
        standing = process.present_stage(pipeline, self._type, fields).name
        base[stage.name] = standing
        kind = kind_of(pipeline, standing)
        under_way = [one for one in kept if one.name == STATUS]
        if kind == OPEN and under_way:
            return under_way
        status = Property(0, STATUS, STATUSES[kind])
        if kind != "won":
            return [status]
        row = self._book.index.row(f'SELECT closed FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,))  # noqa: S608
        return [status, ical.moment_property(COMPLETED, str(row[0]))] if row and row[0] else [status]

    def _contact(self, fields: Fields) -> list[Property]:
        """Whom it is about, with the first number, for people to read."""
        about = fields.get("on")
        found = self._people.of(parse_ref(about), "phone") if isinstance(about, str) else None
        if found is None:
            return []
        title, number = found
        said = f"{title}, {number}" if number else title
        return [Property(0, "CONTACT", escape(said), ((OURS, ("1",)),))]


class People:
    """What a calendar says of a record: its title, and its first number or address; what is private only when asked for."""

    def __init__(self, book: Book, *, private: bool) -> None:
        self._book = book
        self._private = private

    def of(self, ref: Ref, field: str) -> tuple[str, str] | None:
        """The title, and the first value of a field ("" where there is none); None for a record that is not there."""
        found = self._book.setup.by_plural(ref.plural)
        if found is None:
            return None
        row = self._book.index.row(f'SELECT "_title" FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,))  # noqa: S608 - a plural
        if row is None:
            return None
        hidden = frozenset() if self._private else private_names(found)
        value = "" if field in hidden else next(iter(self._book.read_record(ref).items(field)), "")
        return ref.id if found.title in hidden else str(row[0]), value


def meetings_of(book: Book, refs: Sequence[Ref], *, private: bool = False) -> list[Outgoing]:
    """The meetings in the log of some records, each once."""
    people = People(book, private=private)
    wanted = {str(ref) for ref in refs}
    made: dict[str, Outgoing] = {}
    for row in book.index.rows(_MEETINGS, (MEETING,)):
        line = line_of(row)
        if str(line.on) in wanted or wanted & set(_people(line)):
            made.setdefault(line.uid, _meeting(people, line))
    return list(made.values())


def _people(line: Line) -> list[str]:
    found = line.said[1].get("with")
    return [str(one) for one in found] if isinstance(found, list) else []


def _meeting(people: People, line: Line) -> Outgoing:
    at, said = line.said
    lines = said.get(SYSTEM)
    texts = [str(one) for one in lines] if isinstance(lines, list) else []
    kept = [found for text in texts if (found := ical.kept_property(text)) is not None]
    asked = (people.of(parse_ref(person), "email") for person in _people(line))
    mails = [found for found in asked if found is not None and found[1]]
    names = {one.name for one in kept}
    there = {one.value.casefold() for one in kept if one.name == "ATTENDEE"}
    own = [one for one in out_properties(line, mails) if one.name == "ATTENDEE" or one.name not in names]
    if "DTSTART" in names:
        own = [one for one in own if one.name != "DTEND"]
    own = [one for one in own if one.value.casefold() not in there]
    inner = [text for text in texts if text.upper().startswith("BEGIN:")]
    series = series_uid(line)
    out = [*kept, *own, _stamp(at)]
    return Outgoing(series or line.uid, out, inner, {}, name=ical.EVENT, of_series=bool(series))


def _stamp(at: str) -> Property:
    """The stamp an entry must have: of the record's making, so that the same entry is the same text."""
    return ical.moment_property("DTSTAMP", at if len(at) > 10 else f"{at or '1970-01-01'}T00:00:00+00:00")


def _lines(one: Outgoing) -> list[str]:
    return ical.entry_lines(one.name or ical.TODO, one.uid, one.properties, one.inner)


def _text(one: Outgoing, present: Component | None) -> str:
    del present
    return ical.calendar_text(_lines(one))


def _whole(made: Sequence[Outgoing]) -> str:
    return ical.calendar_text(line for one in made for line in _lines(one))


def _read(path: Path) -> Iterator[Component]:
    return ical.read_cards(path)


KIND = Kind(".ics", _read, _text, _whole, ical.comparable)
"""How entries are written."""

_MEETINGS = f"""SELECT {COLUMNS} FROM events e WHERE e."do" = 'log' AND e.kind = ? AND {STANDING} ORDER BY e.id"""  # noqa: S608
