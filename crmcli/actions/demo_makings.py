"""The demo book's makings: text files that say what there is, with days counted from today.

Their format is described in sample-data/demo/README.md; they travel in the wheel as `crmcli/demo_data`.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

import crmcli
from crmcli.errors import NotFoundError

YOU = "you"
"""The handle of the person who makes the book."""

RECORDS = ("members", "products", "customers", "contacts", "deals")
"""The files with a table per record, in the order in which they refer to each other."""

_HISTORY = ("made", "moves", "sets")
_FOUNDED = -275
"""The day of what has no other: the firm's people and products were there before the first customer."""

_OPENS, _MINUTES_OPEN = 9 * 60, 8 * 60
"""What happens at no stated time happens in the eight hours after nine."""

Row = Mapping[str, object]


class MakingsMissingError(NotFoundError):
    """The program was installed without its samples."""

    def __init__(self, looked: list[Path]) -> None:
        super().__init__(
            f"the demo book's makings are in none of {', '.join(map(str, looked))}",
            hint="install crm anew; they are part of it",
        )


class Move(NamedTuple):
    """A stage a record entered: days from today, its name, why."""

    day: int
    stage: str
    note: str = ""


class Setting(NamedTuple):
    """A field that changed on a day."""

    day: int
    field: str
    value: str


class Making(NamedTuple):
    """A record to be made: its handle, its fields as people type them, and its history."""

    handle: str
    fields: Mapping[str, object]
    made: int
    moves: tuple[Move, ...]
    sets: tuple[Setting, ...]


class Makings(NamedTuple):
    """Everything the demo book is made of."""

    book: Row
    records: Mapping[str, list[Making]]
    tasks: list[Row]
    log: list[Row]


def read_makings() -> Makings:
    """Read all files; raises `MakingsMissingError` (exit 3)."""
    home = makings_folder()
    return Makings(
        tomllib.loads((home / "book.toml").read_text(encoding="utf-8")),
        {plural: list(_makings(home / f"{plural}.toml")) for plural in RECORDS},
        _json_lines(home / "tasks.jsonl"),
        _json_lines(home / "log.jsonl"),
    )


def makings_folder() -> Path:
    """Where the makings are: in the wheel beside the code, in a checkout in sample-data/demo."""
    package = Path(crmcli.__file__).parent
    places = [package / "demo_data", package.parent / "sample-data" / "demo"]
    found = next((place for place in places if (place / "book.toml").is_file()), None)
    if found is None:
        raise MakingsMissingError(places)
    return found


def _makings(path: Path) -> Iterator[Making]:
    for handle, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
        yield Making(
            handle,
            {name: value for name, value in table.items() if name not in _HISTORY},
            int(table.get("made", _FOUNDED)),
            tuple(Move(*move) for move in table.get("moves", ())),
            tuple(Setting(*setting) for setting in table.get("sets", ())),
        )


def _json_lines(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


class Days:
    """Turns days counted from today into dates and moments of work: nobody sells on a Sunday.

    A day of the past that is a weekend becomes the Friday before, one to come the Monday after; today stays today.
    Moments without a stated time follow from their place in the makings, so that the book is the same every time.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now

    def day(self, days: int) -> date:
        """The date so many days from today, weekends avoided."""
        found = self._now.date() + timedelta(days=days)
        weekend = max(found.weekday() - 4, 0)
        if not days or not weekend:
            return found
        return found - timedelta(days=weekend) if days < 0 else found + timedelta(days=3 - weekend)

    def at(self, days: int, clock: str) -> datetime:
        """A moment at a stated time of day, `HH:MM`."""
        return datetime.combine(self.day(days), time.fromisoformat(clock), self._now.tzinfo)

    def sometime(self, days: int, place: int) -> datetime:
        """A moment in working hours of a past day; of today, just now."""
        minutes = _OPENS + place * 37 % _MINUTES_OPEN
        moment = self.at(days, f"{minutes // 60:02}:{minutes % 60:02}")
        return min(moment, self._now)
