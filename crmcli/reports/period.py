"""`--period`: which days a report looks at, read by the one date grammar."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from crmcli.errors import UsageError
from crmcli.light import NamedTuple
from crmcli.text.dates import date_hint, parse_range

if TYPE_CHECKING:
    from crmcli.query.tree import Expr

_CALENDAR = {
    "week": ("上周", "本周", "下周"),
    "month": ("上月", "本月", "下月"),
    "quarter": ("上季度", "本季度", "下季度"),
    "year": ("去年", "今年", "明年"),
}
_SPOKEN = re.compile(r"(last|this|next)\s+(week|month|quarter|year)")


class PeriodMalformedError(UsageError):
    """`--period` holds no days."""

    def __init__(self, text: str) -> None:
        known = "as in 2017-q1, 2017, -30d.., this month, 2017-01-15..2017-03-31"
        super().__init__(f"--period {text!r}: no period", hint=date_hint(text) or known)


class Period(NamedTuple):
    """The first and the last day, both within; None for an open end."""

    first: date | None
    last: date | None

    def __str__(self) -> str:
        """As the date grammar reads it."""
        if self.first == self.last:
            return str(self.first)
        return f"{self.first or ''}..{self.last or ''}"

    def condition(self, field: str) -> Expr:
        """The filter `field:first..last`."""
        from crmcli.query.tree import Match, Path, Range, Word  # noqa: PLC0415 - only reports with a period

        low, high = (Word(str(day)) if day else None for day in self)
        value = low if low and self.first == self.last else Range(low, high)
        return Match(Path((field,)), (value,))


def read_period(text: str, now: datetime, week: str) -> Period:
    """Read what was typed after `--period`; raises `PeriodMalformedError`.

    `this month` and its like are what the date grammar calls 本月; `week` is the first day of the week.
    """
    found = parse_range(_SPOKEN.sub(_calendar_word, text.strip().lower()), now, week=week)
    if found is None:
        raise PeriodMalformedError(text)
    return Period(*found)


def _calendar_word(spoken: re.Match[str]) -> str:
    return _CALENDAR[spoken[2]][("last", "this", "next").index(spoken[1])]
