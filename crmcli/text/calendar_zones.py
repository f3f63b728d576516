"""Time zones as calendars name and define them (RFC 5545 §3.6.5)."""

from __future__ import annotations

from datetime import tzinfo
from io import StringIO


def zone_called(name: str) -> tzinfo | None:
    """The IANA zone of a name, also behind a prefix (`/example.org/2024/Europe/Berlin`); None for none."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 - calendars only

    parts = [part for part in name.strip().split("/") if part]
    for count in range(min(len(parts), 3), 0, -1):
        tried = "/".join(parts[-count:])
        try:
            return ZoneInfo(tried)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return None


def zone_defined(name: str, definition: str) -> tzinfo | None:
    """The zone that the lines of a `VTIMEZONE` define; None where they define none."""
    if not definition:
        return None
    from dateutil.tz import tzical  # noqa: PLC0415 - hardly ever

    try:
        found = tzical(StringIO(definition)).get(name)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):  # whatever its definition may be
        return None
    return found if isinstance(found, tzinfo) else None
