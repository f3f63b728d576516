"""Dates that are counted from now: `+2w`, `-4h`, `+3wd`, 三天后."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from crmcli.text.durations import Duration, add
from crmcli.text.moments import When, at_moment, on_day

Worked = Callable[[Duration, int, datetime], date]
"""Counts a length of working time from a moment, back where the sign is -1: working days give a day, working hours a moment."""


def from_now(length: Duration | None, sign: int, now: datetime, worked: Worked | None) -> When | None:
    """Count from now: minutes and hours give a moment, everything longer a day; None where nothing counts working time.

    Raises ValueError and OverflowError beyond the calendar.
    """
    if length is None:
        return None
    if length.working:
        then = worked(length, sign, now) if worked else None
    elif length.seconds or length.unit not in ("min", "h"):
        then = add(now if length.seconds else now.date(), length, sign)
    else:
        then = now
    if then is None:
        return None
    return at_moment(then) if isinstance(then, datetime) else on_day(then)
