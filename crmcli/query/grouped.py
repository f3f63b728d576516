"""Aggregates over the rows of a report: `count()`, `sum(total, is:won)`, `median(cycle)`; and `ntile(n, x)` among them.

What no function of SQLite's answers is answered by aggregates of our own, which the index's connection knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.aggregated import DAYS, TAKES, UnfitAggregateError, decay_of, function_of, half_life, of_seconds
from crmcli.query.aggregated import in_seconds as seconds_of
from crmcli.query.aggregates import NoFieldError, RowsOnlyError, is_filter
from crmcli.query.calls import WrongArgumentsError
from crmcli.query.conditions import condition
from crmcli.query.paths import path_value
from crmcli.query.shared import LISTED, shared
from crmcli.query.sql import ALWAYS, Sql, all_of
from crmcli.query.tree import Literal, Path
from crmcli.query.value_sql import ValueSql
from crmcli.query.values import value_at

if TYPE_CHECKING:
    from crmcli.query.env import Scope
    from crmcli.query.tree import Call, Expr

MEDIAN, FIRST, LAST = "crm_median", "crm_first", "crm_last"


def over_rows(scope: Scope, call: Call) -> ValueSql:
    """An aggregate over the rows of a report; further arguments are filters."""
    inner = scope.ungrouped()
    if call.name == "count":
        return _count(inner, call)
    if not call.args:
        raise NoFieldError(call.name, Path((scope.type.plural,), call.at), scope.type, call.at)
    value = value_at(inner, call.args[0])
    if call.name in TAKES and value.family not in TAKES[call.name]:
        raise UnfitAggregateError(call.name, value.family, call.at)
    held = _held(inner, call.args[2:] if call.name == "decay" else call.args[1:])
    chosen = value.text if held == ALWAYS else f"CASE WHEN {held.text} THEN {value.text} END"
    return _made(inner, call, value, Sql(chosen, (*held.params, *value.params)))


def _made(scope: Scope, call: Call, value: ValueSql, chosen: Sql) -> ValueSql:
    like = shared([value])._replace(text=chosen.text, params=chosen.params)
    name, family = call.name, value.family
    if name not in ("first", "last") and family not in LISTED:
        like = like._replace(field=None)
    if name == "distinct":
        return ValueSql(f"count(DISTINCT {chosen.text})", chosen.params, "number")
    if name == "decay":
        text = decay_of(chosen.text, family, half_life(scope, call), scope.env.now)
        return ValueSql(text, chosen.params, "number")
    if name == "median":
        text = f"{MEDIAN}({seconds_of(chosen.text)})" if family in DAYS else f"{MEDIAN}({chosen.text})"
        return like._replace(text=of_seconds(text, family) if family in DAYS else text)
    if name in ("first", "last"):
        own = FIRST if name == "first" else LAST
        return like._replace(text=f"{own}({scope.column('created')}, {scope.alias}.id, {chosen.text})")
    if family in LISTED:  # by its place in the list, which is cut off again
        return like._replace(text=f"substr({name}(printf('%06d', {value.sort or 0}) || {chosen.text}), 7)")
    return like._replace(text=function_of(name, family).replace("{v}", chosen.text))


def _count(scope: Scope, call: Call) -> ValueSql:
    """The number of rows; of a value, the number of rows that have one."""
    first = call.args[0] if call.args else None
    conditions = list(call.args)
    filled = ALWAYS
    if isinstance(first, Path):
        value = path_value(scope, first.names, first.at)
        if value.family != "flag":
            filled, conditions = Sql(f"{value.text} IS NOT NULL", value.params), conditions[1:]
    held = all_of([part for part in (filled, _held(scope, conditions)) if part != ALWAYS])
    text = "count(*)" if held == ALWAYS else f"count(CASE WHEN {held.text} THEN 1 END)"
    return ValueSql(text, held.params, "number")


def _held(scope: Scope, filters: tuple[Expr, ...] | list[Expr]) -> Sql:
    return all_of([condition(scope, expr) for expr in filters])


def ntile(scope: Scope, call: Call) -> ValueSql:
    """Which of n groups of equal size a row falls in, by the order of a value; rows without one are in none."""
    if not scope.env.grouped:
        raise RowsOnlyError(call.name, scope, call.at)
    size = call.args[0] if len(call.args) == 2 else None
    if not isinstance(size, Literal) or not size.text.isdigit() or not int(size.text) or is_filter(call.args[1]):
        raise WrongArgumentsError("ntile", "a number of groups and a value, as in ntile(5, revenue)", call.at)
    value = value_at(scope.ungrouped(), call.args[1])
    tiles = f"ntile({int(size.text)}) OVER (PARTITION BY ({value.text}) IS NULL ORDER BY {value.text})"
    return ValueSql(f"CASE WHEN ({value.text}) IS NOT NULL THEN {tiles} END", value.params * 3, "number")


class Median:
    """The middle of the values; of an even number the mean of the middle two."""

    def __init__(self) -> None:
        self.values: list[float] = []

    def step(self, value: float | None) -> None:
        """Take one value; an empty one does not count."""
        if value is not None:
            self.values.append(value)

    def finalize(self) -> float | None:
        """The median, None of nothing."""
        from statistics import median  # noqa: PLC0415 - only reports

        return median(self.values) if self.values else None


class Earliest:
    """The value of the row that came first; rows without a time come last, equals go by id."""

    latest = False

    def __init__(self) -> None:
        self.best: tuple[bool, str, str] | None = None
        self.value: str | int | float | None = None

    def step(self, at: str | None, identity: str, value: str | float | None) -> None:
        """Take one row; an empty value does not count."""
        if value is None:
            return
        key = (bool(at) is self.latest, at or "", identity)
        if self.best is None or (key > self.best if self.latest else key < self.best):
            self.best, self.value = key, value

    def finalize(self) -> str | int | float | None:
        """The value, None of nothing."""
        return self.value


class Latest(Earliest):
    """The value of the row that came last; rows without a time do not count beside those with one."""

    latest = True
