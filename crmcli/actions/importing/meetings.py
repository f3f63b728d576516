"""Meetings of a calendar become lines of the log: on the customer of the people in them, with those people.

A meeting is known again by its UID, which its lines carry (`uid`). Where it says something else now, its lines are taken back
and written anew. What no line of the log says is kept with it (`ical`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.content.folder_state import PENDING, Agreed, FolderState, digest_of
from crmcli.actions.content.meeting_lines import lines_of, present_lines, read_meeting
from crmcli.actions.content.todo_fields import SYSTEM
from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.card_rejects import CardRejects
from crmcli.actions.importing.cards import how_read
from crmcli.actions.importing.outcome import ImportOutcome
from crmcli.actions.importing.people import people_of
from crmcli.actions.importing.preview import CHANGED, NEW, REFUSED, PreviewLine
from crmcli.actions.importing.refused import RowRefused
from crmcli.actions.importing.rejects import Refusal
from crmcli.engines.bulk import BulkOp
from crmcli.engines.road import Request
from crmcli.model.change import Change
from crmcli.model.record import Ref, parse_ref
from crmcli_formats.contentlines import Component
from crmcli_formats.ical import Zones, comparable
from crmcli_formats.sheets import Row

if TYPE_CHECKING:
    from crmcli.store.book import Book

_SHOWN = 5
_LONGEST = 120
_MOST_SHOWN = 100


class _Counts:
    def __init__(self) -> None:
        self.read = self.new = self.changed = self.same = self.refused = self.ahead = 0
        self.preview: list[PreviewLine] = []


class Place(NamedTuple):
    """A line of the log to be: the record it is on, who was there."""

    on: Ref
    people: tuple[Ref, ...]


def take_meetings(
    book: Book, path: Path, entries: Callable[[], Iterator[tuple[str, Component]]], zones: Zones, asked: Asked
) -> ImportOutcome:
    """Import the meetings of a calendar as one op; those of nobody known here go to `FILE.rejects.ics`."""
    dry = asked.dry_run
    rejects = CardRejects(asked.folder or Path.cwd(), path, "ics")
    state = FolderState(book, path) if path.is_dir() else None
    counts, changes = _Counts(), dict[Ref, list[Change]]()
    try:
        with BulkOp(book, Request("import", via=f"import:{SYSTEM}", dry_run=dry)) as op:
            for source, entry in entries():
                rejects.source = source
                try:
                    _take(book, entry, zones, counts, changes)
                    if state is not None:
                        uid = entry.first("UID")
                        state.put(uid.text if uid else "", Agreed(digest_of(comparable(entry)), {}, PENDING))
                except RowRefused as refused:
                    counts.refused += 1
                    if dry:
                        counts.preview.append(PreviewLine(entry.line, REFUSED, refused.why))
                    else:
                        rejects.add(Row(entry.line, [entry.text]), Refusal(entry.line, refused.column, refused.why))
            for ref, wanted in changes.items():
                op.take([(ref, wanted)])
            rejects.close()
            done = op.finish()
            if state is not None and not dry:
                state.save(done.op)
    except BaseException:
        rejects.discard()
        raise
    ahead = (
        [f"{counts.ahead:,} that lie ahead are left out: they are entered when they are over"] if counts.ahead else []
    )
    told = [*how_read(path, asked.choices.encoding), *ahead, *done.notices]
    return ImportOutcome(
        done.op,
        None,
        counts.read,
        counts.new,
        counts.changed,
        counts.same,
        counts.refused,
        {},
        0,
        str(rejects.path or ""),
        counts.preview[: asked.preview] if dry else [],
        told,
        dry,
        unit="meeting",
    )


def _take(book: Book, entry: Component, zones: Zones, counts: _Counts, changes: dict[Ref, list[Change]]) -> None:
    counts.read += 1
    if entry.trouble:
        raise RowRefused("", entry.trouble)
    meeting = read_meeting(entry, zones)
    if meeting.begins > book.now().astimezone(UTC) and not meeting.cancelled:
        counts.ahead += 1
        return
    present = present_lines(book, meeting.uid)
    places = [] if meeting.cancelled else _places(book, entry)
    wanted = [(place.on, lines_of(book, meeting, place.people)) for place in places]
    if [(line.on, line.said) for line in present] == wanted:
        counts.same += 1
        return
    what = CHANGED if present else NEW
    counts.changed += what == CHANGED
    counts.new += what == NEW
    for line in present:
        changes.setdefault(line.on, []).append(Change("retract", line.on, more={"of": line.event}))
    by = people_of(book, entry).organizer
    for on, said in wanted:
        at, more = said
        changes.setdefault(on, []).append(Change("log", on, at=at, more=dict(more), by=by))
    shown = f"{', '.join(str(on) for on, _ in wanted)}: {meeting.text}"
    counts.preview.append(PreviewLine(entry.line, what, shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"))
    del counts.preview[_MOST_SHOWN:]


def _places(book: Book, entry: Component) -> list[Place]:
    """The records a meeting belongs to: those it names, else the customers of its people, else its people."""
    people = people_of(book, entry)
    named = [ref for one in entry.all("X-CRM-ON") if _is_there(book, ref := parse_ref(one.text.strip()))]
    if named:
        return [Place(ref, tuple(one for one in people.contacts if one != ref)) for ref in dict.fromkeys(named)]
    if not people.contacts:
        known = (
            f"nobody of {', '.join(people.others[:_SHOWN])} is known here" if people.others else "it names no people"
        )
        raise RowRefused("", f"{known}; crm contact add NAME email=… makes somebody known")
    by_whole: dict[Ref, list[Ref]] = {}
    for contact in people.contacts:
        by_whole.setdefault(_whole(book, contact), []).append(contact)
    return [Place(on, tuple(one for one in found if one != on)) for on, found in by_whole.items()]


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
