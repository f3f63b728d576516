"""When something that recurs comes next (RFC 5545 recurrence rules, expanded by python-dateutil)."""

from __future__ import annotations

from datetime import datetime, time


def next_occurrence(rule: str, due: str, now: datetime) -> str:
    """The first occurrence of `rule` after `due` that does not lie before `now`, in the form of `due`; "" when it ends.

    `due` is ISO: a day stays a day, a moment keeps its offset. A COUNT counts from `due`.
    """
    from dateutil.rrule import rrulestr  # noqa: PLC0415 - only when something recurs

    is_day = len(due) == 10
    start = datetime.fromisoformat(due)
    local = start.replace(tzinfo=None)
    least = max(local, now.astimezone(start.tzinfo or now.tzinfo).replace(tzinfo=None))
    if is_day:
        least = max(local, datetime.combine(now.date(), time()))
    plain = ";".join(part.rstrip("Z") if part.startswith("UNTIL") else part for part in rule.split(";"))
    rules = rrulestr(plain, dtstart=local)
    found: datetime | None = rules.after(local) if least <= local else rules.after(least, inc=True)
    if found is None:
        return ""
    return found.date().isoformat() if is_day else found.replace(tzinfo=start.tzinfo).isoformat(timespec="minutes")
