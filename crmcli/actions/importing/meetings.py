"""Meetings of a calendar become lines of the log: on the customer of the people in them, with those people.

A meeting is known again by its UID, which its lines carry (`uid`). The log is only ever added to: where a meeting says something
else now, its lines are taken back (`retract`) and entered anew, in the one op. What no line of the log says is kept with it (`ical`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.actions.content.folder_state import PENDING, Agreed, FolderState, digest_of
from crmcli.actions.content.meeting_lines import (
    AGAIN_ID,
    Line,
    Meeting,
    Said,
    read_meeting,
    uid_of_entry,
)
from crmcli.actions.content.meeting_log import MeetingLog
from crmcli.actions.content.meeting_series import is_series, series_of
from crmcli.actions.content.todo_fields import SYSTEM
from crmcli.actions.importing.asked import Asked
from crmcli.actions.importing.card_rejects import CardRejects
from crmcli.actions.importing.cards import how_read
from crmcli.actions.importing.mail.kept import line_id
from crmcli.actions.importing.meeting_places import wanted_lines
from crmcli.actions.importing.meeting_survey import MeetingSurvey
from crmcli.actions.importing.outcome import ImportOutcome
from crmcli.actions.importing.people import people_of
from crmcli.actions.importing.preview import CHANGED, NEW, REFUSED, PreviewLine
from crmcli.actions.importing.refused import RowRefused
from crmcli.actions.importing.rejects import Refusal
from crmcli.engines.bulk import BulkOp
from crmcli.engines.road import Request
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli_formats.contentlines import Component
from crmcli_formats.ical import Zones, comparable
from crmcli_formats.sheets import Row

if TYPE_CHECKING:
    from crmcli.store.book import Book

_LONGEST = 120
_MOST_SHOWN = 100


def _ahead(count: int) -> str:
    if count == 1:
        return "1 lies ahead and is left out: it is entered when it is over"
    return f"{count:,} lie ahead and are left out: they are entered when they are over"


class _Counts:
    def __init__(self) -> None:
        self.read = self.new = self.changed = self.same = self.refused = self.ahead = 0
        self.preview: list[PreviewLine] = []


def take_meetings(
    book: Book, path: Path, entries: Callable[[], Iterator[tuple[str, Component]]], zones: Zones, asked: Asked
) -> ImportOutcome:
    """Import the meetings of a calendar as one op; those of nobody known here go to `FILE.rejects.ics`."""
    dry = asked.dry_run
    rejects = CardRejects(asked.folder or Path.cwd(), path, "ics")
    state = FolderState(book, path) if path.is_dir() else None
    taker = _Taker(book, entries, zones)
    counts, changes = taker.counts, taker.changes
    try:
        with BulkOp(book, Request("import", via=f"import:{SYSTEM}", dry_run=dry)) as op:
            for number, (source, entry) in enumerate(entries()):
                rejects.source = source
                try:
                    taker.take(number, entry)
                    if state is not None:
                        uid = entry.first("UID")
                        state.put(uid.text if uid else "", Agreed(digest_of(comparable(entry)), {}, PENDING))
                except RowRefused as refused:
                    counts.read += 1
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
    ahead = [_ahead(counts.ahead)] if counts.ahead else []
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


class _Taker:
    """Takes the entries of one calendar; `changes` are those of each record."""

    def __init__(self, book: Book, entries: Callable[[], Iterator[tuple[str, Component]]], zones: Zones) -> None:
        self._book = book
        self._zones = zones
        self._now = book.now().astimezone(UTC)
        self._survey = MeetingSurvey(entries(), zones)
        self._log = MeetingLog(book)
        self.counts = _Counts()
        self.changes: dict[Ref, list[Change]] = {}

    def take(self, number: int, entry: Component) -> None:
        """Take an entry; raises `RowRefused`. Of a series each meeting is counted, else the entry."""
        if self._survey.is_older(number, entry):
            self.counts.read += 1
            self.counts.same += 1
            return
        if is_series(entry):
            series = series_of(entry, self._zones, self._now)
            own = [(read_meeting(one, self._zones), one) for one in series.meetings]
            self._take_back_others(entry, {meeting.uid for meeting, _ in own})
            self.counts.read += series.goes_on
            self.counts.ahead += series.goes_on
        else:
            own = [(read_meeting(entry, self._zones), entry)]
            if entry.first(AGAIN_ID) is None:
                self._take_back_others(entry, {own[0][0].uid})
        for meeting, one in own:
            if one is entry or not self._survey.stands_alone(meeting.uid):
                self._settle(meeting, one)

    def _take_back_others(self, entry: Component, known: Collection[str]) -> None:
        """Take back the lines of meetings that a series does not have any more, or that was one."""
        lines = self._log.of_series(uid_of_entry(entry))
        gone = [line for line in lines if (uid := line.uid) not in known and not self._survey.stands_alone(uid)]
        for uid in dict.fromkeys(line.uid for line in gone):
            self._take_back([line for line in gone if line.uid == uid], entry)
            self.counts.read += 1

    def _settle(self, meeting: Meeting, entry: Component) -> None:
        """Bring the lines of a meeting to what it says, none for one that was cancelled or lies ahead; raises `RowRefused`."""
        counts, present = self.counts, self._log.lines(meeting.uid)
        waits = meeting.ends > self._now and not present
        if meeting.cancelled or waits or meeting.begins > self._now:
            self._take_back(present, entry)
            counts.read += 1
            counts.ahead += not present and not meeting.cancelled
            counts.same += not present and meeting.cancelled
            return
        wanted = wanted_lines(self._book, meeting, entry, present)
        counts.read += 1
        if not wanted.gone and not wanted.fresh:
            counts.same += 1
            return
        what = CHANGED if present else NEW
        counts.changed += what == CHANGED
        counts.new += what == NEW
        self._retract(wanted.gone)
        by = people_of(self._book, entry).organizer
        for on, said in wanted.fresh:
            at, more = said
            line = _line_id(self._book, on, said)
            if line:  # else it is there, and its words were erased
                self.changes.setdefault(on, []).append(Change("log", on, at=at, more=dict(more), by=by, id=line))
        self._show(entry, what, f"{', '.join(str(on) for on in wanted.places)}: {meeting.text}")

    def _take_back(self, lines: Sequence[Line], entry: Component) -> None:
        """A meeting that was not, if it has lines."""
        if lines:
            self.counts.changed += 1
            self._retract(lines)
            self._show(entry, CHANGED, f"{', '.join(str(line.on) for line in lines)}: taken back")

    def _retract(self, lines: Iterable[Line]) -> None:
        for line in lines:
            self.changes.setdefault(line.on, []).append(Change("retract", line.on, more={"of": line.event}))

    def _show(self, entry: Component, what: str, text: str) -> None:
        if len(self.counts.preview) < _MOST_SHOWN:
            shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
            self.counts.preview.append(PreviewLine(entry.line, what, shown))


def _line_id(book: Book, on: Ref, said: Said) -> str:
    """The id of a line, which follows from what it says: two clones that import the same meeting write the same line."""
    at, more = said
    told = json.dumps([str(on), at, more], ensure_ascii=False, sort_keys=True)
    return line_id(book, f"meeting\n{told}", max(0, round(datetime.fromisoformat(at).timestamp() * 1000)))
