"""Functions by name: a table of who compiles which; and `if`, `round`, `abs`, parts of dates, `min(a, b)`.

Each is compiled by a function `(scope, call) -> ValueSql` in the module the table names, imported when it is called.
"""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

from crmcli.query.arithmetic import AMOUNTS, dated, day_text, natural
from crmcli.query.failures import ExpressionSyntaxError, QueryError
from crmcli.query.sql import SqlArgument
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
        "if": (_HERE, "choose"),
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


def choose(scope: Scope, call: Call) -> ValueSql:
    """The first value whose condition holds, else the last; empty when there is no last."""
    from crmcli.query.conditions import condition  # noqa: PLC0415 - conditions are made of values

    if len(call.args) < 2:
        raise WrongArgumentsError("if", "a condition and a value", call.at)
    asked = [condition(scope, arg) for arg in call.args[: len(call.args) // 2 * 2 : 2]]
    rest = (call.args[-1],) if len(call.args) % 2 else ()
    values = _alike([value_at(scope, arg) for arg in (*call.args[1::2], *rest)], call)
    parts, params = [], list[SqlArgument]()
    for test, value in zip(asked, values, strict=False):
        parts.append(f"WHEN {test.text} THEN {value.text}")
        params += (*test.params, *value.params)
    if rest:
        parts.append(f"ELSE {values[-1].text}")
        params += values[-1].params
    return values[0]._replace(text=f"CASE {' '.join(parts)} END", params=tuple(params), number=None)


def _alike(values: list[ValueSql], call: Call) -> list[ValueSql]:
    """Values in one family and unit; numbers among money are amounts of it."""
    values = [dated(value) for value in values]
    families = {value.family for value in values}
    if families <= {"number", "money"}:
        scale = max(value.scale for value in values if "money" not in families or value.family == "money")
        if "money" in families:
            return [_money(value, scale) for value in values]
        return [ValueSql(natural(value), value.params, "number") for value in values]
    if len(families) > 1:
        raise WrongArgumentsError(call.name, "values of one kind", call.at)
    return [ValueSql(value.text, value.params, value.family) for value in values]


def _money(value: ValueSql, scale: int) -> ValueSql:
    text = value.text if value.family == "money" else f"({natural(value)} * {scale})"
    return ValueSql(text, value.params, "money", scale=scale)


def rounded(scope: Scope, call: Call) -> ValueSql:
    """A number rounded to a whole one (money to whole units), or without its sign."""
    value = value_at(scope, call.args[0]) if len(call.args) == 1 else None
    if value is None or value.family not in AMOUNTS:
        raise WrongArgumentsError(call.name, "one number", call.at)
    if call.name == "abs":
        return ValueSql(f"abs({value.text})", value.params, value.family, scale=value.scale)
    unit = value.scale if value.family == "money" else 1
    text = natural(value) if unit == 1 else f"({value.text} / {unit}.0)"
    return ValueSql(f"(round({text}) * {unit})", value.params, value.family, scale=unit)


def extreme(scope: Scope, call: Call) -> ValueSql:
    """The least or greatest of several values; empty when one is empty."""
    values = _alike([value_at(scope, arg) for arg in call.args], call)
    params = tuple(param for value in values for param in value.params)
    return values[0]._replace(text=f"{call.name}({', '.join(v.text for v in values)})", params=params)
