"""The time that passes in a simulated team: one for all, and each machine is a little off."""

from __future__ import annotations

from datetime import datetime, timedelta

_BEGIN = datetime.fromisoformat("2026-11-02T08:00:00+01:00")
_STEP = timedelta(seconds=97)


class Clock:
    """Goes on with every look."""

    def __init__(self) -> None:
        self.count = 0

    def tick(self, minutes_off: int) -> str:
        """The next moment, as a clock that is `minutes_off` shows it."""
        self.count += 1
        return (_BEGIN + self.count * _STEP + timedelta(minutes=minutes_off)).isoformat()

    def moment(self, share: float) -> datetime:
        """A moment of the past, 0 for the beginning, 1 for now."""
        return _BEGIN + self.count * _STEP * share
