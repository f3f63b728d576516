"""When something that recurs comes next (RFC 5545 recurrence rules, expanded by python-dateutil)."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import NamedTuple


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


COUNTED = frozenset(
    ["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTH", "BYHOUR", "BYMINUTE", "BYSECOND", "WKST"]
)
"""Parts of a rule that recurs by the day or the week. Others hardly occur there, and may fit no day until the year 9999."""


class RuleUnreadableError(ValueError):
    """A recurrence rule that says no moments, or too many."""


class Moments(NamedTuple):
    """The moments of a rule up to one, and whether it has later ones."""

    moments: list[datetime]
    goes_on: bool


def moments_until(rule: str, first: datetime, last: datetime, most: int) -> Moments:
    """The moments after `first` at which a rule recurs, up to `last`; `first` has a zone, whose clock they keep.

    Raises `RuleUnreadableError` for what is no rule, what recurs by the hour or oftener, and more than `most` of them.
    """
    from dateutil.rrule import rrulestr  # noqa: PLC0415 - only when something recurs

    local, latest = first.replace(tzinfo=None), last.astimezone(first.tzinfo).replace(tzinfo=None)
    parts = dict(part.strip().upper().partition("=")[::2] for part in rule.split(";") if part.strip())
    _refuse_parts(rule, parts)
    if "UNTIL" in parts:
        parts["UNTIL"] = _local_until(parts["UNTIL"], first)
    found: list[datetime] = []
    try:
        for moment in rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=local):
            if moment > latest or len(found) > most:
                break
            if moment > local:
                found.append(moment.replace(tzinfo=first.tzinfo))
        else:
            return Moments(found, goes_on=False)
    except (ValueError, TypeError, OverflowError) as error:
        raise RuleUnreadableError(f"{rule[:80]!r} is no rule: {error}") from None
    if len(found) > most:
        raise RuleUnreadableError(f"it came again more than {most:,} times until now")
    return Moments(found, goes_on=True)


def _refuse_parts(rule: str, parts: dict[str, str]) -> None:
    often = parts.get("FREQ", "")
    if often in {"SECONDLY", "MINUTELY", "HOURLY"}:
        raise RuleUnreadableError("it comes again by the hour or oftener")
    if not parts.get("INTERVAL", "1").isdigit() or not int(parts.get("INTERVAL", "1")):
        raise RuleUnreadableError(f"{rule[:80]!r} is no rule: INTERVAL is a number from 1")
    odd = sorted(set(parts) - COUNTED) if often in {"DAILY", "WEEKLY"} else []
    if odd:
        raise RuleUnreadableError(f"{rule[:80]!r}: {odd[0]} is not read in what recurs by the day or the week")


def _local_until(text: str, first: datetime) -> str:
    """The end of a rule on the clock of `first`; a day counts whole (RFC 5545 §3.3.10)."""
    if len(text) == 8:
        return f"{text}T235959"
    try:
        if text.endswith("Z"):
            utc = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            return f"{utc.astimezone(first.tzinfo):%Y%m%dT%H%M%S}"
    except (ValueError, OverflowError):
        pass
    return text
