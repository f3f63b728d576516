"""A look through a calendar before its meetings are taken: which entries stand for one meeting of a series, and which for the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from crmcli.actions.content.meeting_lines import known_as
from crmcli.actions.content.meeting_series import is_series
from crmcli.actions.importing.refused import RowRefused
from crmcli_formats.contentlines import Component
from crmcli_formats.ical import MomentUnreadableError, Zones, comparable


class _Seen(NamedTuple):
    """The newest entry of a meeting: its number among the entries, its sequence, its line, a hash of what it says."""

    number: int
    sequence: int
    line: int
    said: int


class MeetingSurvey:
    """What a calendar has of each meeting."""

    def __init__(self, entries: Iterable[tuple[str, Component]], zones: Zones) -> None:
        self._zones = zones
        self._newest: dict[str, _Seen] = {}
        for number, (_, entry) in enumerate(entries):
            known, seen = self._known(entry), _Seen(number, _sequence(entry), entry.line, _said(entry))
            if known and (known not in self._newest or seen.sequence > self._newest[known].sequence):
                self._newest[known] = seen

    def is_older(self, number: int, entry: Component) -> bool:
        """Whether another entry of the same meeting counts: a newer one, or one that says the same before.

        Raises `RowRefused` where two of the same age say different things.
        """
        newest = self._newest.get(self._known(entry))
        if newest is None or newest.number == number:
            return False
        if newest.sequence == _sequence(entry) and newest.said != _said(entry):
            raise RowRefused("UID", f"the meeting of line {newest.line} once more, and it says something else")
        return True

    def stands_alone(self, name: str) -> bool:
        """Whether a meeting of a series has an entry of its own."""
        return name in self._newest

    def _known(self, entry: Component) -> str:
        try:
            name = known_as(entry, self._zones)
        except MomentUnreadableError:  # told when it is read
            return ""
        return f"{name}/" if is_series(entry) else name


def _sequence(entry: Component) -> int:
    found = entry.first("SEQUENCE")
    word = found.value.strip() if found else ""
    return int(word) if word.isdecimal() and len(word) < 10 else 0


def _said(entry: Component) -> int:
    return hash(tuple(comparable(entry)))
