"""On which records the lines of a meeting are to stand, and with whom; what stands there already counts.

A meeting that was entered stays where it was: somebody who changed to another firm since met us for the former one. Only what
the calendar says otherwise now, and people who became known since, make a difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.content.meeting_lines import WHO, Line, Meeting, Said, lines_of
from crmcli.actions.content.todo_fields import ON, SYSTEM
from crmcli.actions.importing.people import people_of
from crmcli.actions.importing.refused import RowRefused
from crmcli.model.record import Ref, parse_ref
from crmcli_formats.contentlines import Component
from crmcli_formats.ical import kept_property

if TYPE_CHECKING:
    from crmcli.store.book import Book

_SHOWN = 5


class Standing(NamedTuple):
    """The lines of a meeting, its people by the records their lines are on, and the records of lines without people."""

    lines: Sequence[Line]
    people: dict[Ref, Ref]
    alone: list[Ref]


class Wanted(NamedTuple):
    """What there is to be of a meeting: lines to be taken back, lines to be entered with their records, the records of all."""

    gone: list[Line]
    fresh: list[tuple[Ref, Said]]
    places: list[Ref]


def wanted_lines(book: Book, meeting: Meeting, entry: Component, present: Sequence[Line]) -> Wanted:
    """Compare what an entry says with the lines that stand; raises `RowRefused` for a meeting of nobody known here."""
    standing = _standing(book, present)
    same_people = bool(present) and all(_who(line) in (meeting.who, None) for line in present)
    places = _places(book, entry, standing, keep=same_people)
    wanted = [(on, lines_of(book, meeting, people)) for on, people in places.items()]
    said = [(line.on, _as_read(book, line, meeting)) for line in present]
    gone = [line for line, known in zip(present, said, strict=True) if known not in wanted]
    return Wanted(gone, [one for one in wanted if one not in said], list(places))


def _places(book: Book, entry: Component, standing: Standing, *, keep: bool) -> dict[Ref, list[Ref]]:
    """The records of the lines, each with the people: those it names, else the customers of its people, else its people."""
    found = people_of(book, entry)
    people = list(dict.fromkeys([*(standing.people if keep else ()), *found.contacts]))
    named = [ref for one in entry.all(ON) if _is_there(book, ref := parse_ref(one.text.strip()))]
    if named:
        return {ref: [one for one in people if one != ref] for ref in dict.fromkeys(named)}
    places: dict[Ref, list[Ref]] = {ref: [] for ref in standing.alone} if keep else {}
    for person in people:
        places.setdefault(standing.people.get(person) or _whole(book, person), []).append(person)
    if not places:
        known = f"nobody of {', '.join(found.others[:_SHOWN])} is known here" if found.others else "it names no people"
        raise RowRefused("", f"{known}; crm contact add NAME email=… makes somebody known")
    return {on: [one for one in those if one != on] for on, those in places.items()}


def _standing(book: Book, present: Sequence[Line]) -> Standing:
    log = book.setup.types.get("log")
    field = log.fields.get("with") if log else None
    person = book.setup.types.get(field.reference) if field else None
    people: dict[Ref, Ref] = {}
    alone: list[Ref] = []
    for line in present:
        those = [*_with(book, line), *([line.on] if person and line.on.plural == person.plural else [])]
        people.update(dict.fromkeys(those, line.on))
        alone += [] if those else [line.on]
    return Standing(present, people, alone)


def _with(book: Book, line: Line) -> list[Ref]:
    """Who was there, under their present names."""
    said = line.said[1].get("with")
    return [_present_name(book, parse_ref(str(one))) for one in said] if isinstance(said, list) else []


def _as_read(book: Book, line: Line, meeting: Meeting) -> Said:
    """What a line says, as it would be read: people by their present names, a moment in any zone; what is from here has no UID."""
    at, said = line.said
    told = dict(said)
    if "with" in told:
        told["with"] = sorted({str(one) for one in _with(book, line)})
    if line.event == meeting.uid:
        told["uid"] = meeting.uid
    if _spoken(str(told["text"])) == _spoken(meeting.text):
        told["text"] = meeting.text
    moment = datetime.fromisoformat(at).replace(microsecond=0)  # a calendar says no more
    return meeting.at if moment == datetime.fromisoformat(meeting.at) else at, told


def _spoken(text: str) -> tuple[str, str]:
    """The summary and the description that a text goes out as."""
    summary, _, rest = text.partition("\n")
    return summary.strip(), rest.strip()


def _who(line: Line) -> frozenset[str] | None:
    """Those whom the entry of a line named; None where the line is from no entry."""
    kept = line.said[1].get(SYSTEM)
    if "uid" not in line.said[1]:
        return None
    found = [kept_property(str(text)) for text in kept] if isinstance(kept, list) else []
    return frozenset(one.text.strip().casefold() for one in found if one and one.name in WHO)


def _present_name(book: Book, ref: Ref) -> Ref:
    """A record as it is called now, after renames and merges."""
    for table in ("followed", "merged"):
        row = book.index.row(f'SELECT new FROM {table} WHERE "type" = ? AND old = ?', (ref.plural, ref.id))  # noqa: S608
        ref = Ref(ref.plural, str(row[0])) if row else ref
    return ref


def _whole(book: Book, contact: Ref) -> Ref:
    """The record a contact is part of, else the contact itself."""
    row = book.index.row(
        'SELECT to_type, to_id FROM refs WHERE "type" = ? AND id = ? AND within LIMIT 1', (contact.plural, contact.id)
    )
    return Ref(str(row[0]), str(row[1])) if row else contact


def _is_there(book: Book, ref: Ref) -> bool:
    if book.setup.by_plural(ref.plural) is None:
        return False
    return book.index.row(f'SELECT 1 FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,)) is not None  # noqa: S608
