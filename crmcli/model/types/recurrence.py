# ruff: noqa: ARG002 - the protocol's arguments
"""Things that come again, by the rules of calendars (RFC 5545)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from crmcli.model.types.base import Manual, ValueContext, ValueRefused
from crmcli.model.types.refusal import short
from crmcli.model.types.single import SingleText

if TYPE_CHECKING:
    from crmcli.model.schema import Field

_FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_RANGES = {"BYMONTHDAY": (1, 31), "BYYEARDAY": (1, 366), "BYWEEKNO": (1, 53), "BYSETPOS": (1, 366)}
_FROM_ZERO = {"BYMONTH": (1, 12), "BYHOUR": (0, 23), "BYMINUTE": (0, 59)}
_ORDER = ("FREQ", "INTERVAL", "COUNT", "UNTIL", *_FROM_ZERO, *_RANGES, "BYDAY", "WKST")
_UNTIL = re.compile(r"[0-9]{8}(?:T[0-9]{6}Z?)?").fullmatch
_BYDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)").fullmatch


class Recurrence(SingleText):
    """A rule by which something comes again, an RRULE of RFC 5545 §3.3.10: `FREQ=MONTHLY;BYDAY=1MO`.

    Years, months, weeks and days; parts are written in one order, `FREQ` first. `every month`, `every 2 weeks`,
    `every mon`, `every first mon`, `weekdays`, 每月, 每两周, 每周一, 每月15日 may be typed.
    """

    name = "recurrence"
    family = "none"
    matches = "equal"
    manual = Manual("rrule: FREQ=MONTHLY;BYDAY=1MO", "RFC 5545", "`rrule='every month'` 每周一", "`:any` `:none`")

    def parse(self, typed: str, field: Field, context: ValueContext) -> str:
        """Words, or a rule."""
        from crmcli.model.types.recurrence_words import rule_of  # noqa: PLC0415 - only where something is typed

        rule = rule_of(typed)
        if not rule and "=" not in typed:
            raise ValueRefused(
                f"{short(typed)} is no recurrence", "as in every month, every 2 weeks, every mon, 每周一"
            )
        return canonical_rule(rule or typed)

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """A rule."""
        return canonical_rule(stored)

    def show(self, stored: str, field: Field, context: ValueContext) -> str:
        """In words where it is simple."""
        from crmcli.model.types.recurrence_words import words_of  # noqa: PLC0415

        return words_of(stored, context.language) or stored


@lru_cache(maxsize=4096)
def canonical_rule(text: str) -> str:
    """`text` as a rule in upper case with its parts in order; refused with the part that is wrong."""
    parts: dict[str, str] = {}
    for part in text.strip().upper().removeprefix("RRULE:").rstrip(";").split(";"):
        name, mark, value = part.partition("=")
        if not mark or not value or name not in _ORDER:
            raise ValueRefused(f"`{part}` is no part of a recurrence", f"parts: {' '.join(_ORDER)}")
        if name in parts:
            raise ValueRefused(f"the recurrence has two parts {name}", "keep one")
        parts[name] = _part(name, value)
    if "FREQ" not in parts:
        raise ValueRefused("the recurrence has no FREQ", "as in FREQ=MONTHLY;BYDAY=1MO")
    _refuse_pairs(parts)
    if parts.get("INTERVAL") == "1":
        del parts["INTERVAL"]
    return ";".join(f"{name}={parts[name]}" for name in _ORDER if name in parts)


def _part(name: str, value: str) -> str:
    if name == "FREQ" and value not in _FREQUENCIES:
        raise ValueRefused(f"FREQ={value} is none that records use", f"one of {' '.join(_FREQUENCIES)}")
    if name == "WKST" and value not in _DAYS:
        raise ValueRefused(f"WKST={value} is no weekday", f"one of {' '.join(_DAYS)}")
    if name in ("INTERVAL", "COUNT"):
        if not (value.isascii() and value.isdigit() and len(value) <= 5 and int(value)):
            raise ValueRefused(f"{name}={value} is no number from 1 to 99999", f"as in {name}=2")
        return str(int(value))
    if name == "UNTIL":
        return _until(value)
    if name == "BYDAY":
        return ",".join(_by_day(day) for day in value.split(","))
    if name in _RANGES or name in _FROM_ZERO:
        return ",".join(_number(name, item) for item in value.split(","))
    return value


def _until(value: str) -> str:
    from datetime import datetime  # noqa: PLC0415

    try:
        datetime.fromisoformat(value.removesuffix("Z"))
    except ValueError:
        value = ""
    if not _UNTIL(value):
        raise ValueRefused("UNTIL is no day or moment", "as in UNTIL=20261231 or UNTIL=20261231T120000Z")
    return value


def _by_day(day: str) -> str:
    match = _BYDAY(day)
    nth = int(match[1]) if match and match[1] else 1
    if not match or not 1 <= abs(nth) <= 53:
        raise ValueRefused(f"BYDAY={day} is no weekday", "as in MO, 1MO (the first), -1FR (the last)")
    return f"{nth}{match[2]}" if match[1] else match[2]


def _number(name: str, item: str) -> str:
    least, most = _RANGES.get(name) or _FROM_ZERO[name]
    digits = item.lstrip("+-") if name in _RANGES and item[:1] in ("+", "-") else item
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 3 and least <= int(digits) <= most):
        raise ValueRefused(
            f"{name}={item} is out of range",
            f"{least} to {most}{', or counted from the end with -' if name in _RANGES else ''}",
        )
    return str(int(item))


def _refuse_pairs(parts: dict[str, str]) -> None:
    """What RFC 5545 forbids together."""
    frequency = parts["FREQ"]
    if "COUNT" in parts and "UNTIL" in parts:
        raise ValueRefused("COUNT and UNTIL exclude each other", "keep one")
    if "BYWEEKNO" in parts and frequency != "YEARLY":
        raise ValueRefused("BYWEEKNO is for FREQ=YEARLY only", "leave it out")
    if "BYYEARDAY" in parts and frequency != "YEARLY":
        raise ValueRefused("BYYEARDAY is for FREQ=YEARLY only", "leave it out")
    if "BYMONTHDAY" in parts and frequency == "WEEKLY":
        raise ValueRefused("BYMONTHDAY does not go with FREQ=WEEKLY", "use BYDAY, or FREQ=MONTHLY")
    numbered = any(letter.isdigit() for letter in parts.get("BYDAY", ""))
    if numbered and (frequency in ("WEEKLY", "DAILY") or "BYWEEKNO" in parts):
        raise ValueRefused("a numbered weekday as 1MO goes with MONTHLY or YEARLY", "leave the number out")
    if "BYSETPOS" in parts and not any(name.startswith("BY") and name != "BYSETPOS" for name in parts):
        raise ValueRefused(
            "BYSETPOS needs another BY… to choose from", "as in FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO,TU,WE,TH,FR"
        )
