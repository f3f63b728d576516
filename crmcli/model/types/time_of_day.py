# ruff: noqa: ARG002 - the protocol's arguments
"""Times of day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.model.types.base import Manual, ValueContext, ValueRefused
from crmcli.model.types.refusal import short
from crmcli.model.types.single import SingleText

if TYPE_CHECKING:
    from crmcli.model.schema import Field

_CANONICAL = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::(?!00)[0-5][0-9])?").fullmatch


class TimeOfDay(SingleText):
    """A time of day by 24 hours, `09:30`, with seconds only when there are any. `3pm` and 下午3点 may be typed."""

    name = "time"
    family = "time"
    matches = "equal"
    manual = Manual("open_at: 09:30", "00:00 to 23:59", "`open_at=9:30` `3pm` 下午3点", "`<` `..` by the clock")

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """HH:MM, HH:MM:SS."""
        if _CANONICAL(stored):
            return stored
        from crmcli.text.time_of_day import parse_time  # noqa: PLC0415 - canonical text does without

        clock = parse_time(stored)
        if clock is None:
            raise ValueRefused(f"{short(stored)} is no time of day", "as in 09:30")
        return clock.isoformat() if clock.second else clock.isoformat()[:5]
