"""Functions by name: a table of who compiles which; and `round`, `abs`, parts of dates.

Each is compiled by a function `(scope, call) -> ValueSql` in the module the table names, imported when it is called.
"""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

from crmcli.query.arithmetic import AMOUNTS, dated, day_text, natural
from crmcli.query.failures import ExpressionSyntaxError, QueryError
from crmcli.query.value_sql import ValueSql
from crmcli.query.values import value_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Call

AGGREGATES = frozenset(["count", "sum", "avg", "median", "min", "max", "distinct", "first", "last", "decay"])
DATE_PARTS = ("year", "quarter", "month", "week", "day")
_HERE = "crmcli.query.calls"
FUNCTIONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(sorted(AGGREGATES), ("crmcli.query.aggregates", "aggregate_value")),
        **dict.fromkeys(DATE_PARTS, (_HERE, "date_part")),
        "if": ("crmcli.query.alternatives", "choose"),
        "round": (_HERE, "rounded"),
        "abs": (_HERE, "rounded"),
        "changed": ("crmcli.query.old", "changed"),
        "months": ("crmcli.query.months", "months_value"),
        "ntile": ("crmcli.query.grouped", "ntile"),
        "within": ("crmcli.query.lies_within", "within_value"),
    }
)
"""Name → module and function that compile it."""


class UnknownFunctionError(QueryError):
    """No function has this name."""

    def __init__(self, name: str, at: Place) -> None:
        from crmcli.text.nearest import nearest  # noqa: PLC0415 - only on the way to a refusal

        near = next(iter(nearest(name, FUNCTIONS)), "")
        said = f"functions: {', '.join(sorted(FUNCTIONS))}"
        super().__init__(
            f"there is no function `{name}`", at, hint=f"did you mean `{near}`?" if near else said, nearest=near
        )


class WrongArgumentsError(ExpressionSyntaxError):
    """A function got arguments it cannot use."""

    def __init__(self, name: str, expected: str, at: Place) -> None:
        from crmcli.query.manual.functions import written  # noqa: PLC0415 - only on the way to a refusal

        super().__init__(f"{name}(…) got something else", expected, at, hint=f"write {written(name)}")


def call_value(scope: Scope, call: Call) -> ValueSql:
    """The value of a function."""
    found = FUNCTIONS.get(call.name)
    if found is None:
        raise UnknownFunctionError(call.name, call.at)
    module, function = found
    compiled: ValueSql = getattr(import_module(module), function)(scope, call)
    return compiled


def date_part(scope: Scope, call: Call) -> ValueSql:
    """The period a date lies in, written as the date grammar reads it: 2026, 2026-q4, 2026-11, 2026-w47, 2026-11-20."""
    value = dated(value_at(scope, call.args[0])) if len(call.args) == 1 else None
    if value is None or value.family not in ("date", "datetime", "month"):
        raise WrongArgumentsError(call.name, "one date", call.at)
    text = period_text(call.name, day_text(scope, value))
    return ValueSql(
        text, value.params * text.count(value.text), label=f"{call.name}({value.label})", sort=text, raw=(text,)
    )


def period_text(part: str, day: str) -> str:
    """SQL for the period of a kind that a day (SQL, YYYY-MM-DD) lies in.

    Weeks are those of ISO 8601 §4.3.2, counted in the year of their Thursday.
    """
    if part == "day":
        return f"date({day})"
    if part == "month":
        return f"substr({day}, 1, 7)"
    if part == "year":
        return f"substr({day}, 1, 4)"
    if part == "quarter":
        return f"substr({day}, 1, 4) || '-q' || ((substr({day}, 6, 2) + 2) / 3)"
    thursday = f"{day}, '-3 days', 'weekday 4'"
    return f"strftime('%Y-w', {thursday}) || substr('0' || ((strftime('%j', {thursday}) + 6) / 7), -2)"


def rounded(scope: Scope, call: Call) -> ValueSql:
    """A number rounded to a whole one (money to whole units), or without its sign."""
    value = value_at(scope, call.args[0]) if len(call.args) == 1 else None
    if value is None or value.family not in AMOUNTS:
        raise WrongArgumentsError(call.name, "one number", call.at)
    if call.name == "abs":
        return ValueSql(f"abs({value.text})", value.params, value.family, scale=value.scale, working=value.working)
    unit = value.scale if value.family == "money" else 1
    text = natural(value) if unit == 1 else f"({value.text} / {unit}.0)"
    return ValueSql(f"(round({text}) * {unit})", value.params, value.family, scale=unit)
