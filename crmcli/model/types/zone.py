"""The book's time zone, and moments in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from crmcli.model.types.base import ValueContext


def book_zone(context: ValueContext) -> tzinfo:
    """The zone of the book: the one `now` is already in, else loaded by name; UTC when the system has no such zone."""
    present = context.now.tzinfo
    if present is not None and getattr(present, "key", None) == context.timezone:
        return present
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - 5 ms, and usually `now` carries the zone

    try:
        return ZoneInfo(context.timezone)
    except (ValueError, OSError, LookupError):
        from datetime import UTC  # noqa: PLC0415

        return UTC


def book_now(context: ValueContext) -> datetime:
    """The present moment in the book's zone."""
    return context.now.astimezone(book_zone(context))
