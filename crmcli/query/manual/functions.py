"""The functions: how each is written, what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from crmcli.query.manual.example import CHANGE, REPORT, Example


class Function(NamedTuple):
    """A function: its call, a sentence, what it is of nothing ("" where that cannot be), an example."""

    call: str
    says: str
    nothing: str
    example: Example


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "count": Function(
            "count(several, filter…)",
            "how many there are",
            "0",
            Example("customers", "'count(deals, is:won)>1'"),
        ),
        "distinct": Function(
            "distinct(several.field, filter…)",
            "how many different values there are",
            "0",
            Example("customers", "'distinct(deals.stage)>=3'"),
        ),
        "sum": Function(
            "sum(several.field, filter…)",
            "the sum of numbers, amounts or lengths; amounts in the book's currency",
            "0",
            Example("customers", "'sum(deals.amount, is:won)>=50k'"),
        ),
        "avg": Function(
            "avg(several.field, filter…)",
            "the mean of numbers, amounts, lengths or dates",
            "empty",
            Example("customers", "'avg(deals.amount)>90k'"),
        ),
        "median": Function(
            "median(several.field, filter…)",
            "the middle one, or the mean of the middle two, of numbers, amounts, lengths or dates",
            "empty",
            Example("customers", "'median(deals.amount)<50k'"),
        ),
        "min": Function(
            "min(several.field, filter…), min(a, b, …)",
            "the least; options and stages go by their order. Of values side by side, the lesser",
            "empty",
            Example("customers", "'min(deals.close, is:open)<=2026-12-31'"),
        ),
        "max": Function(
            "max(several.field, filter…), max(a, b, …)",
            "the greatest; options and stages go by their order. Of values side by side, the greater",
            "empty",
            Example("deals", "'max(moves.days)>20'"),
        ),
        "first": Function(
            "first(several.field, filter…)",
            "the earliest value: by `at` of log and moves, else by when the record was made",
            "empty",
            Example("customers", "'first(log.kind)=\"email\"'"),
        ),
        "last": Function(
            "last(several.field, filter…)",
            "the latest value, by the same order",
            "empty",
            Example("customers", "'last(log.at, kind:meeting)<-60d'"),
        ),
        "decay": Function(
            "decay(several.date, half, filter…)",
            "how much and how recent: each counts 1 when new, half after the length `half`, a quarter after twice that",
            "0",
            Example("customers", "'decay(log.at, 30d, kind:call)>=1'"),
        ),
        "if": Function(
            "if(condition, value, condition, value, …, else)",
            "the value after the first condition that holds; the last when none does, empty when there is no last. "
            "All values are of one kind, and so is what it gives",
            "",
            Example("deals", "'if(is:won, amount, amount * odds)>100k'"),
        ),
        "round": Function(
            "round(number)",
            "the nearest whole number, or whole unit of an amount",
            "",
            Example("deals", "'round(odds * 10)=5'"),
        ),
        "abs": Function(
            "abs(number)",
            "the number, amount or length without its sign",
            "",
            Example("deals", "'abs(odds - 50%)<=10%'"),
        ),
        "year": Function("year(date)", "the year it lies in, as 2026", "", Example("deals", "'year(close)=\"2027\"'")),
        "quarter": Function(
            "quarter(date)",
            "the quarter it lies in, as 2026-q4",
            "",
            Example("deals", "'quarter(close)=\"2026-q4\"'"),
        ),
        "month": Function(
            "month(date)", "the month it lies in, as 2026-11", "", Example("deals", "'month(close)=\"2026-12\"'")
        ),
        "week": Function(
            "week(date)", "the week of ISO 8601, as 2026-w47", "", Example("tasks", "'week(due)=\"2026-w48\"'")
        ),
        "day": Function("day(date)", "the day, as 2026-11-20", "", Example("tasks", "'day(due)=\"2026-11-23\"'")),
        "months": Function(
            "months(date - date)",
            "the whole months between two dates: how many can be added to the earlier before the later is passed; "
            "of any other length its months of 30.4375 days",
            "",
            Example("deals", "'months(today - created)>=6'"),
        ),
        "within": Function(
            "within(region, region)",
            "whether the first region is the second or lies in it; of a list some item will do",
            "",
            Example("customers", "'within(region, \"广东\")'"),
        ),
        "changed": Function(
            "changed(field)",
            "whether a field is not what it was before the change; filled and emptied count",
            "",
            Example("deals", "changed(close)", CHANGE),
        ),
        "ntile": Function(
            "ntile(n, value)",
            "which of n groups of equal size a row of a report falls in, from the least value to the greatest",
            "",
            Example("deals", "ntile(4, amount)", REPORT),
        ),
    }
)
"""Every function of query/calls.py, by name."""


def written(name: str) -> str:
    """How a function is written, with an example, for a refusal; "" for one that does not exist."""
    found = FUNCTIONS.get(name)
    return f"{found.call}, as in {found.example.words.strip(chr(39))}" if found else ""
