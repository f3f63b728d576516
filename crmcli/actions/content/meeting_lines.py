"""Meetings: an entry of a calendar on one side, lines of the log on the other.

The first line of a log line's text is the summary, the rest the description. When it was and how long it took are read from
the entry's moments; where it was whole days, they are kept as they were.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.content.todo_fields import ON, OURS, SYSTEM
from crmcli.actions.importing.refused import RowRefused
from crmcli.model.record import Ref, parse_ref
from crmcli_formats.contentlines import Component, Property, escape, packed, written_line
from crmcli_formats.ical import MomentUnreadableError, Zones, length_of, moment_property

if TYPE_CHECKING:
    from crmcli.store.book import Book

KIND = "meeting"
AGAIN_ID = "RECURRENCE-ID"
"""Which one of its series an entry is."""
WHO = ("ATTENDEE", "ORGANIZER")
_TAKEN = frozenset(["UID", "SUMMARY", "DESCRIPTION", "DTSTART", "DTEND", "DURATION", "DTSTAMP", "LAST-MODIFIED", ON])
Said = tuple[str, dict[str, object]]
"""When a line says it was, and everything else it says."""


class Meeting(NamedTuple):
    """What an entry says: `begins` and `ends` in UTC, how long in minutes (0 unknown), what is kept beside.

    `uid` is what it is known by: that of the entry, and the moment where it is one of a series. `who` are those it names.
    """

    uid: str
    begins: datetime
    ends: datetime
    at: str
    minutes: int
    text: str
    kept: list[str]
    cancelled: bool
    who: frozenset[str]


class Line(NamedTuple):
    """A line of the log that a meeting made: its event, the record, what it says."""

    event: str
    on: Ref
    said: Said

    @property
    def uid(self) -> str:
        """What its meeting is known by: by the line itself where nobody said it."""
        return str(self.said[1].get("uid") or self.event)


def read_meeting(entry: Component, zones: Zones) -> Meeting:
    """Read an entry; raises `RowRefused`."""
    start = entry.first("DTSTART")
    if start is None:
        raise RowRefused("DTSTART", "it does not say when")
    again = entry.first(AGAIN_ID)
    if again is not None and again.param("RANGE"):
        raise RowRefused(
            AGAIN_ID, f"line {again.line}: one entry for all that follow (RANGE) is not read, only for one"
        )
    try:
        first = zones.moment(start)
        last = end_of(entry, first, zones)
        name = known_as(entry, zones)
    except MomentUnreadableError as error:
        raise RowRefused("DTSTART", f"line {start.line}: {error}") from None
    begins = instant_of(first, zones)
    minutes = max(0, round((instant_of(last, zones) - begins).total_seconds() / 60)) if last is not None else 0
    text = "\n".join(part for one in ("SUMMARY", "DESCRIPTION") if (part := _text(entry, one)))
    status = entry.first("STATUS")
    cancelled = status is not None and status.value.strip().upper() == "CANCELLED"
    at = first.isoformat(timespec="seconds") if isinstance(first, datetime) else begins.isoformat(timespec="seconds")
    begins = begins.astimezone(UTC)
    ends = begins + timedelta(minutes=minutes)
    return Meeting(name, begins, ends, at, minutes, text or KIND, _kept(entry, first), cancelled, _who(entry))


def known_as(entry: Component, zones: Zones) -> str:
    """What an entry is known by; raises `MomentUnreadableError`."""
    name, again = uid_of_entry(entry), entry.first(AGAIN_ID)
    return f"{name}/{stamp(zones.moment(again))}" if again else name


def stamp(moment: date | datetime) -> str:
    """A day, or a moment in UTC, in the notation of calendars."""
    return moment_property("", moment.isoformat()).value


def _who(entry: Component) -> frozenset[str]:
    return frozenset(one.text.strip().casefold() for name in WHO for one in entry.all(name) if not one.param(OURS))


def _text(entry: Component, name: str) -> str:
    found = entry.first(name)
    return found.text.strip() if found else ""


def uid_of_entry(entry: Component) -> str:
    """The UID of an entry; one without is known by when it is and what it is called."""
    uid = entry.first("UID")
    if uid is not None and uid.text.strip():
        return uid.text.strip()
    import hashlib  # noqa: PLC0415 - every entry ought to have one

    said = "\n".join(one.value for name in ("DTSTART", "SUMMARY") for one in entry.all(name))
    return f"sha256-{hashlib.sha256(said.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def end_of(entry: Component, first: date | datetime, zones: Zones) -> date | datetime | None:
    """When a meeting ends, None where it does not say; raises `MomentUnreadableError`."""
    end, length = entry.first("DTEND"), entry.first("DURATION")
    if end is not None:
        return zones.moment(end)
    if length is not None:
        found = length_of(length.value)
        try:
            return first + found if found is not None else None
        except OverflowError:
            return None
    return None if isinstance(first, datetime) else first + timedelta(days=1)


def instant_of(moment: date | datetime, zones: Zones) -> datetime:
    """A moment, of a day its beginning."""
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time(), zones.home)


def _kept(entry: Component, first: date | datetime) -> list[str]:
    """The properties that a line of the log does not say; the moments where they are more than moments."""
    special = not isinstance(first, datetime)
    names = _TAKEN - {"DTSTART", "DTEND", "DURATION"} if special else _TAKEN
    lines = [written_line(one) for one in entry.properties if one.name not in names and not one.param(OURS)]
    return sorted([*lines, *(packed(inner) for inner in entry.inner)])


def lines_of(book: Book, meeting: Meeting, people: Sequence[Ref]) -> Said:
    """What a meeting's line of the log says."""
    del book
    more: dict[str, object] = {"kind": KIND}
    if meeting.minutes:
        more["took"] = f"{meeting.minutes}min"
    if people:
        more["with"] = sorted(str(one) for one in people)
    more["text"] = meeting.text
    more["uid"] = meeting.uid
    if meeting.kept:
        more[SYSTEM] = meeting.kept
    return meeting.at, more


def line_of(row: Sequence[object]) -> Line:
    """A line from the columns id, on, local, took, kind, text, more."""
    event, on, at, took, kind, text, more = (row[place] for place in range(7))
    told = json.loads(str(more)) if more else {}
    said: dict[str, object] = {"kind": kind}
    if took:
        said["took"] = f"{round(float(str(took)) / 60)}min"
    if told.get("with"):
        said["with"] = sorted(told["with"])
    said["text"] = text
    said |= {name: told[name] for name in ("uid", SYSTEM) if name in told}
    return Line(str(event), parse_ref(str(on)), (str(at), said))


def series_uid(line: Line) -> str:
    """The UID of the series that a meeting is one of, "" for one by itself."""
    kept = line.said[1].get(SYSTEM)
    of_series = isinstance(kept, list) and any(str(text).startswith(AGAIN_ID) for text in kept)
    return line.uid.rpartition("/")[0] if of_series else ""


STANDING = """NOT EXISTS (SELECT 1 FROM events x WHERE x."of" = e.id AND x."do" = 'retract')"""
COLUMNS = 'e.id, e."on", e.local, e.took, e.kind, e.text, e.more'


def out_properties(line: Line, mails: Sequence[tuple[str, str]]) -> list[Property]:
    """The properties of a line that goes out; `mails` are the names and addresses of those who were there."""
    at, said = line.said
    summary, _, rest = str(said["text"]).partition("\n")
    found = [Property(0, "SUMMARY", escape(summary)), Property(0, ON, str(line.on))]
    if rest.strip():
        found.append(Property(0, "DESCRIPTION", escape(rest.strip("\n"))))
    begins = datetime.fromisoformat(at)
    took = str(said.get("took", "")).removesuffix("min")
    found.append(moment_property("DTSTART", at))
    if took.isdigit():
        found.append(moment_property("DTEND", (begins + timedelta(minutes=int(took))).isoformat()))
    found += [
        Property(0, "ATTENDEE", f"mailto:{mail}", (("CN", (name,)), ("SCHEDULE-AGENT", ("NONE",)), ("X-CRM", ("1",))))
        for name, mail in mails
    ]
    return found
