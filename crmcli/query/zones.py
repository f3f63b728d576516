"""UTC instants → days of the book's zone, in SQL.

SQLite knows no zones, so the zone's offsets are written out: one for most zones, else a CASE over its changes, newest
first. Calling back into Python for every row would cost ten times as much.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

FIRST, LAST = 946684800, 2524608000  # 2000 and 2050
_STEP = 28 * 86400  # shorter than any time between two changes of a zone
_GRAIN = 900  # every change since 2000 lies on a quarter of an hour


def local_day(text: str, zone: tzinfo | None) -> str:
    """SQL for the day (YYYY-MM-DD) on which the instant `text` falls in `zone`."""
    return f"date({text}, {_modifier(text, zone)})"


def _modifier(text: str, zone: tzinfo | None) -> str:
    changes = offset_changes(zone) if zone else [(FIRST, 0)]
    oldest = f"'{changes[0][1]:+d} seconds'"
    if len(changes) == 1:
        return oldest
    cases = " ".join(f"WHEN {text} >= '{_written(at)}' THEN '{offset:+d} seconds'" for at, offset in changes[:0:-1])
    return f"CASE {cases} ELSE {oldest} END"


def offset_changes(zone: tzinfo) -> list[tuple[int, int]]:
    """When (Unix time) the zone's offset (seconds east of UTC) changes from 2000 to 2050, oldest first, and what to."""
    found = [(FIRST, _offset(zone, FIRST))]
    for at in range(FIRST, LAST, _STEP):
        offset = _offset(zone, at + _STEP)
        if offset != found[-1][1]:
            found.append((_change(zone, at, at + _STEP), offset))
    return found


def _offset(zone: tzinfo, at: int) -> int:
    offset = datetime.fromtimestamp(at, zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _change(zone: tzinfo, before: int, after: int) -> int:
    """Close in on the moment at which the offset becomes that of `after`."""
    wanted = _offset(zone, after)
    while after - before > _GRAIN:
        middle = (before + after) // 2 // _GRAIN * _GRAIN
        if _offset(zone, middle) == wanted:
            after = middle
        else:
            before = middle
    return after


def _written(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S")
