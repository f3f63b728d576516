"""Calendars: iCalendar (RFC 5545) is read entry by entry and written; what is done are `VTODO`s, what happens `VEVENT`s.

Moments are read in the zone they name: one of the IANA's, also behind a prefix (`/example.org/Europe/Berlin`), else as the file
defines it (`VTIMEZONE`); without a zone in that of the reader. They are written in UTC, days as days; what comes again keeps its zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Final

from crmcli.text.calendar_zones import zone_called, zone_defined
from crmcli_formats.components import begins_with, read_components
from crmcli_formats.contentlines import (
    Component,
    Property,
    component_lines,
    escape,
    folded,
    packed,
    parse_property,
    unpacked,
    written_line,
)
from crmcli_formats.lines import Lines

NAME: Final = "ical"
TITLE: Final = "iCalendar, a calendar or a folder of its entries"
SUFFIXES: Final = (".ics", ".ical")
WHAT: Final = "events"

TODO, EVENT, ZONE = "VTODO", "VEVENT", "VTIMEZONE"
ENTRIES = (TODO, EVENT, "VJOURNAL", "VFREEBUSY")
PRODUCT = "-//crm//crm//EN"
AGAIN = frozenset(["RRULE", "RDATE", "EXDATE"])
BOOKKEEPING = frozenset(["DTSTAMP", "LAST-MODIFIED", "PRODID"])
"""What only says who wrote an entry, and when."""


YEARS = (2, 9998)
"""Years whose moments are moments in every zone."""


class MomentUnreadableError(ValueError):
    """A text that is no day and no moment."""


def recognise(head: bytes, name: str) -> bool:
    """A file that begins with a calendar; a folder with such files in it."""
    if name.casefold().endswith(SUFFIXES):
        return True
    if begins_with(head, "VCALENDAR"):
        return True
    return b":" not in head and any(one.lower().endswith((b".ics", b".ical")) for one in head.split(b"\n"))


def read_cards(path: Path, encoding: str = "") -> Iterator[Component]:
    """The entries of a calendar, moments in zones (which stand before the entries) in UTC; broken ones have trouble."""
    lines = Lines(path, encoding, tolerant=True)
    zones = Zones(UTC)
    try:
        for entry in read_components(lines, [*ENTRIES, ZONE], ["VCALENDAR"]):
            if entry.name == ZONE and not entry.trouble:
                zones.define(entry)
            elif entry.name != ZONE:
                yield _in_utc(entry, zones)
    finally:
        lines.close()


def _in_utc(entry: Component, zones: Zones) -> Component:
    """An entry with its moments in UTC, but one that comes again: its clock goes with its zone."""
    if any(found.name in AGAIN for found in entry.properties):
        return entry
    return entry._replace(properties=tuple(_one_in_utc(found, zones) for found in entry.properties))


def _one_in_utc(found: Property, zones: Zones) -> Property:
    if not found.param("TZID") or "," in found.value:
        return found
    try:
        moment = zones.moment(found)
        return moment_property(found.name, moment.isoformat())
    except (MomentUnreadableError, OverflowError):  # told when somebody wants to know the moment
        return found


class Zones:
    """The time zones of one file; `home` is that of moments which name none."""

    def __init__(self, home: tzinfo) -> None:
        self.home = home
        self._defined: dict[str, str] = {}
        self._known: dict[str, tzinfo] = {}

    def define(self, zone: Component) -> None:
        """Note a zone that the file defines."""
        name = zone.first("TZID")
        if name is not None:
            self._defined[name.text] = "\r\n".join(component_lines(zone)) + "\r\n"
            self._known.pop(name.text, None)

    def of(self, name: str) -> tzinfo:
        """The zone of a name; raises `MomentUnreadableError`."""
        if name not in self._known:
            found = zone_called(name) or zone_defined(name, self._defined.get(name, ""))
            if found is None:
                raise MomentUnreadableError(f"there is no time zone {name[:60]!r}, and the file does not define it")
            self._known[name] = found
        return self._known[name]

    def moment(self, found: Property) -> date | datetime:
        """The day or the moment that a property says; raises `MomentUnreadableError`."""
        text = found.value.strip().upper()
        try:
            form = "%Y%m%d" if len(text) == 8 else "%Y%m%dT%H%M%S"
            moment = datetime.strptime(text.removesuffix("Z"), form)  # noqa: DTZ007 - the zone follows
        except ValueError:
            raise MomentUnreadableError(f"{found.value[:40]!r} is no day and no moment") from None
        if not YEARS[0] <= moment.year <= YEARS[1]:
            raise MomentUnreadableError(f"{found.value[:40]!r} lies in no year of a calendar")
        if len(text) == 8:
            return moment.date()
        if text.endswith("Z"):
            return moment.replace(tzinfo=UTC)
        name = next(iter(found.param("TZID")), "")
        return moment.replace(tzinfo=self.of(name) if name else self.home)


def length_of(text: str) -> timedelta | None:
    """A duration (RFC 5545 §3.3.6), such as `PT1H30M` or `P2D`; None for none."""
    rest, days, seconds, number, in_time = text.strip().upper().lstrip("+"), 0, 0, "", False
    if not rest.startswith("P"):
        return None
    units = {"W": (7, 0), "D": (1, 0), "H": (0, 3600), "M": (0, 60), "S": (0, 1)}
    for letter in rest[1:]:
        if letter == "T":
            in_time = True
        elif letter.isdigit() and len(number) < 9:
            number += letter
        elif letter in units and number and (in_time or letter in "WD"):
            days += units[letter][0] * int(number)
            seconds += units[letter][1] * int(number)
            number = ""
        else:
            return None
    try:
        return None if number else timedelta(days=days, seconds=seconds)
    except OverflowError:
        return None


def moment_property(name: str, stored: str) -> Property:
    """A stored day or moment: a day as a day, a moment in UTC."""
    if len(stored) == 10:
        return Property(0, name, stored.replace("-", ""), (("VALUE", ("DATE",)),))
    moment = datetime.fromisoformat(stored)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return Property(0, name, f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}")


def entry_lines(name: str, uid: str, properties: Iterable[Property], inner: Iterable[str] = ()) -> list[str]:
    """An entry as logical lines."""
    ordered = sorted(
        properties, key=lambda one: (one.name not in ("DTSTAMP", "SUMMARY"), one.name, one.params, one.value)
    )
    kept = [line for packed_one in inner for line in unpacked(packed_one)]
    return [f"BEGIN:{name}", f"UID:{escape(uid)}", *(written_line(one) for one in ordered), *kept, f"END:{name}"]


def calendar_text(lines: Iterable[str]) -> str:
    """A calendar of entries."""
    frame = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}"]
    return "".join(folded(line) for line in [*frame, *lines, "END:VCALENDAR"])


def kept_property(line: str) -> Property | None:
    """A property from a line that was kept; None for one that a hand made into none, and for an inner component."""
    if line.upper().startswith("BEGIN:"):
        return None
    try:
        return parse_property(line)
    except ValueError:
        return None


def comparable(entry: Component) -> list[str]:
    """What an entry says, to tell whether two say the same."""
    lines = [written_line(one) for one in entry.properties if one.name not in BOOKKEEPING]
    return sorted([*lines, *(packed(inner) for inner in entry.inner)])
