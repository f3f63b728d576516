# ruff: noqa: ARG002 - the protocol's arguments
"""Spans of days."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from crmcli.model.types.base import Column, Manual, SqlValue, ValueContext, ValueRefused
from crmcli.model.types.calendar import is_day, read_date
from crmcli.model.types.refusal import short
from crmcli.model.types.single import SingleText
from crmcli.model.types.zone import book_now, book_zone

if TYPE_CHECKING:
    from datetime import date

    from crmcli.model.schema import Field


class Period(SingleText):
    """The days from a first to a last one, both within; either end may be open.

    A length after the dots counts from the first day: `2026-01-01..+1y` ends on 2026-12-31. One word that means
    several days is all of them: `2026-q4`.
    """

    name = "period"
    family = "period"
    matches = "equal"
    manual = Manual(
        "terms: 2026-01-01..2026-12-31",
        "first ≤ last",
        "`terms=2026-01-01..+1y` `2026-q4`",
        "`.start` `.end`, `:` overlaps",
    )

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """Two ends, each a date word, or one word."""
        low, dots, high = (part.strip() for part in typed.strip().partition(".."))
        first = read_date(low, context).first if low else None
        last = None
        if not dots and low:
            last = read_date(low, context).last
        elif high:
            last = _last(high, first, context)
        start, end = (day.isoformat() if day else "" for day in (first, last))
        return self.check(f"{start}..{end}", field, context)

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """`first..last`, one of them perhaps empty."""
        start, dots, end = stored.partition("..")
        start, end = start.strip(), end.strip()
        if not dots or not (start or end) or (start and not is_day(start)) or (end and not is_day(end)):
            raise ValueRefused(f"{short(stored)} is no period", "first and last day, as in 2026-01-01..2026-12-31")
        if start and end and end < start:
            raise ValueRefused(f"the period ends before it begins: {start}..{end}", f"write {end}..{start}")
        return f"{start}..{end}"

    def columns(self, field: Field) -> tuple[Column, ...]:
        """First and last day, NULL where open."""
        return (Column(".start", "TEXT", indexed=True), Column(".end", "TEXT", indexed=True))

    def index(self, stored: str, field: Field, context: ValueContext) -> tuple[SqlValue, ...]:
        """First and last day."""
        start, _, end = stored.partition("..")
        return (start or None, end or None)

    def show(self, stored: str, field: Field, context: ValueContext) -> str:
        """Both days, with an en dash."""
        start, _, end = stored.partition("..")
        return f"{start} – {end}".strip()

    def from_index(self, values: tuple[SqlValue, ...], field: Field, context: ValueContext) -> str:
        """From first and last day."""
        return f"{values[0] or ''}..{values[1] or ''}" if any(values) else ""


def _last(typed: str, first: date | None, context: ValueContext) -> date:
    """The last day: a length counts from the first one and is one day less, as both are within."""
    if first is None or not typed.startswith("+"):
        return read_date(typed, context).last
    begin = datetime.combine(first, time(), book_now(context).tzinfo or book_zone(context))
    return read_date(typed, context, begin).last - timedelta(1)
