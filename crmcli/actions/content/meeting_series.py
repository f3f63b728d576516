"""Meetings that come again (`RRULE`, `RDATE`): each that was is a meeting of its own, known by the series and its moment.

An entry with `RECURRENCE-ID` stands for one meeting of its series, in whatever order they come (RFC 5545 §3.8.4.4).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from crmcli.actions.content.meeting_lines import AGAIN_ID, end_of, instant_of, stamp, uid_of_entry
from crmcli.actions.importing.refused import RowRefused
from crmcli.text.occurrences import RuleUnreadableError, moments_until
from crmcli_formats.contentlines import Component, Property
from crmcli_formats.ical import AGAIN, MomentUnreadableError, Zones, moment_property

MOST = 5_000
"""Meetings that a rule is followed for: one a working day for twenty years."""
_OWN = frozenset([*AGAIN, "DTSTART", "DTEND", "DURATION"])
"""Properties that speak of the series; each of its meetings has its own moments."""


class Series(NamedTuple):
    """The meetings of a series that began until now, as entries of their own; whether there are later ones."""

    meetings: list[Component]
    goes_on: bool


def is_series(entry: Component) -> bool:
    """Whether an entry is of meetings that come again, not one of them."""
    return entry.first(AGAIN_ID) is None and any(entry.first(name) is not None for name in ("RRULE", "RDATE"))


def series_of(entry: Component, zones: Zones, now: datetime) -> Series:
    """The meetings of a series; raises `RowRefused` for one whose rule cannot be followed."""
    start, older = entry.first("DTSTART"), entry.first("EXRULE")
    if start is None:
        raise RowRefused("DTSTART", "it does not say when")
    if older is not None:
        raise RowRefused("EXRULE", f"line {older.line}: exceptions by a rule are not read, only by their days (EXDATE)")
    try:
        first = zones.moment(start)
        last = end_of(entry, first, zones)
        moments, goes_on = _moments(entry, first, zones, now)
        left_out = {stamp(moment) for moment in _listed(entry, "EXDATE", zones)}
    except (MomentUnreadableError, RuleUnreadableError) as error:
        raise RowRefused("RRULE", f"line {start.line}: {error}") from None
    dated = [moment for moment in moments if not left_out & {stamp(moment), f"{moment:%Y%m%d}"}]
    dated.sort(key=lambda moment: instant_of(moment, zones))
    were = [moment for moment in dated if instant_of(moment, zones) <= now]
    took = last - first if last is not None and isinstance(last, datetime) == isinstance(first, datetime) else None
    return Series([_single(entry, moment, took) for moment in were], goes_on or len(were) < len(dated))


def _moments(
    entry: Component, first: date | datetime, zones: Zones, now: datetime
) -> tuple[set[date | datetime], bool]:
    """When the meetings of a series are: the first, those of its rules until now, and those it names; whether rules go on."""
    begins = first if isinstance(first, datetime) else datetime.combine(first, time(), zones.home)
    found: set[date | datetime] = {first, *_listed(entry, "RDATE", zones)}
    goes_on = False
    for rule in entry.all("RRULE"):
        again = moments_until(rule.value, begins, now, MOST)
        found.update(moment if isinstance(first, datetime) else moment.date() for moment in again.moments)
        goes_on = goes_on or again.goes_on
    return found, goes_on


def _listed(entry: Component, name: str, zones: Zones) -> Iterator[date | datetime]:
    """The moments of a list; of periods their beginnings."""
    for one in entry.all(name):
        for word in one.value.split(","):
            yield zones.moment(one._replace(value=word.partition("/")[0]))


def _single(entry: Component, moment: date | datetime, took: timedelta | None) -> Component:
    """One meeting of a series as an entry of its own."""
    own = [one for one in entry.properties if one.name not in _OWN]
    own += [moment_property(name, moment.isoformat()) for name in ("DTSTART", AGAIN_ID)]
    if entry.first("UID") is None:
        own.append(Property(0, "UID", uid_of_entry(entry)))
    if took is not None:
        with suppress(OverflowError):  # it ends after the year 9999: it does not say how long it took
            own.append(moment_property("DTEND", (moment + took).isoformat()))
    return entry._replace(properties=tuple(own))
