# ruff: noqa: ARG002 - the protocol's arguments
"""Lengths of time: `15min` `4h` `30d` `6mo` `1y`, and working time `8wh` `3wd`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crmcli.model.types.base import Column, Manual, SqlValue, ValueContext, ValueRefused
from crmcli.model.types.refusal import short
from crmcli.model.types.single import SingleText, wants_tree

if TYPE_CHECKING:
    from crmcli.model.schema import Field

_CANONICAL = re.compile(r"(0|[1-9][0-9]{0,8})(min|h|d|w|mo|y|wh|wd)").fullmatch
_SECONDS = {"min": 60, "h": 3600, "d": 86_400, "w": 604_800, "mo": 2_629_800, "y": 31_557_600, "wh": 3600, "wd": 28_800}
_CHINESE = {"min": "分钟", "h": "小时", "d": "天", "w": "周", "mo": "个月", "y": "年", "wh": "工作小时", "wd": "工作日"}


class Duration(SingleText):
    """A length of time, a whole number of min h d w mo y, or of working time wh and wd.

    Parts and decimals are joined in the unit that fits: `1h30min` and `1.5h` are `90min`, `1y6mo` is `18mo`. For
    comparing, a month counts 30.4375 days, a year twelve of them, a working day eight hours; how long a working day
    really is, the book's hours say. There is no unit `m`: it could be minutes, months or million.
    """

    name = "duration"
    family = "number"
    matches = "equal"
    manual = Manual(
        "terms: 30d", "a number and a unit", "`terms=30d` `1h30min` `2周`", "number of seconds: `terms>30d`"
    )

    def check(self, stored: str, field: Field, context: ValueContext) -> str:
        """A number and a unit; parts and decimals are joined."""
        if _CANONICAL(stored):
            return stored
        from crmcli.text.durations import format_duration, parse_duration  # noqa: PLC0415 - canonical text does without

        length = parse_duration(stored)
        text = format_duration(length) if length else ""
        if not _CANONICAL(text):
            raise _no_length(stored)
        return text

    def columns(self, field: Field) -> tuple[Column, ...]:
        """Seconds, whether it is working time, and the stored form."""
        return (Column("", "INTEGER", wants_tree(field)), Column(".working", "INTEGER"), Column(".written", "TEXT"))

    def index(self, stored: str, field: Field, context: ValueContext) -> tuple[SqlValue, ...]:
        """Seconds as compared."""
        digits = stored.rstrip("abcdefghijklmnopqrstuvwxyz")
        unit = stored[len(digits) :]
        return (int(digits) * _SECONDS[unit], 1 if unit in ("wh", "wd") else 0, stored)

    def show(self, stored: str, field: Field, context: ValueContext) -> str:
        """With Chinese units in a Chinese book."""
        match = _CANONICAL(stored) if context.language.startswith("zh") else None
        return f"{match[1]}{_CHINESE[match[2]]}" if match else stored

    def from_index(self, values: tuple[SqlValue, ...], field: Field, context: ValueContext) -> str:
        """As written."""
        return "" if values[2] is None else str(values[2])


def _no_length(written: str) -> ValueRefused:
    text = written.strip()
    if text.isdecimal() and len(text) < 10:
        return ValueRefused(f"`{text}` has no unit", f"write {text}d for days or {text}min for minutes")
    if text.endswith("m") and text[:-1].isdecimal():
        return ValueRefused(f"`{text}` may be minutes or months", f"write {text}in or {text}o")
    return ValueRefused(f"{short(text)} is no length of time", "a number and a unit: min h d w mo y, working: wh wd")
