"""The one clock: every "now" of the product comes from here."""

from __future__ import annotations

import os
from datetime import UTC, datetime, tzinfo

from crmcli.errors import UsageError


class ClockFormatError(UsageError):
    """`CRM_NOW` holds no moment with an offset."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"CRM_NOW is not a time with an offset: {text!r}",
            hint="write it as 2026-11-20T14:03:11+01:00",
        )


def now(zone: tzinfo | None = None) -> datetime:
    """Return the present moment, aware, in `zone` (the machine's own when None); `CRM_NOW` overrides it."""
    fixed = os.environ.get("CRM_NOW")
    if not fixed:
        return datetime.now(UTC).astimezone(zone)
    try:
        moment = datetime.fromisoformat(fixed)
    except ValueError:
        raise ClockFormatError(fixed) from None
    if moment.tzinfo is None:
        raise ClockFormatError(fixed)
    return moment.astimezone(zone) if zone else moment
