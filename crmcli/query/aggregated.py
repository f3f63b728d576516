"""The SQL of each aggregate over the elements of a collection (docs/questions.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.light import NamedTuple
from crmcli.query.env import LOG, MOVES, RECORD, ROWS
from crmcli.query.failures import ExpressionSyntaxError, QueryError
from crmcli.query.functions import POWER
from crmcli.query.operators.unfit import KINDS
from crmcli.query.paths import from_row
from crmcli.query.shared import LISTED, shared
from crmcli.query.sql import Sql
from crmcli.query.value_sql import ValueSql
from crmcli.query.values import value_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Call

ADDED = frozenset(["number", "money", "duration"])
DAYS = frozenset(["date", "datetime"])
ORDERED = ADDED | DAYS | {"month", "time", "text"}
TAKES = {
    "sum": ADDED,
    "avg": ADDED | DAYS,
    "median": ADDED | DAYS,
    "min": ORDERED | LISTED,
    "max": ORDERED | LISTED,
    "decay": DAYS,
}
"""The families an aggregate takes; the others take all."""
TIMES = {RECORD: ("created", "id"), LOG: ("at", "id"), MOVES: ("at", "event"), ROWS: ("type", "id", "field", "pos")}
"""What `first` and `last` go by at each kind of table, and what decides between equals."""


class Body(NamedTuple):
    """The elements of a collection: what stands after FROM, which rows, and the value asked of each.

    `order` is what `first` and `last` go by, and what decides between equals. `plain` says that the elements are all there
    is: no value was asked of them.
    """

    scope: Scope
    source: str
    where: Sql
    value: ValueSql
    order: tuple[str, ...]
    plain: bool = False


class UnfitAggregateError(QueryError):
    """An aggregate of values it cannot work with."""

    def __init__(self, name: str, family: str, at: Place) -> None:
        fit = {"sum": "numbers, money and lengths", "decay": "dates"}.get(name, "numbers, money, lengths and dates")
        super().__init__(
            f"{name}(…) takes {fit}, and this is {KINDS.get(family, family)}",
            at,
            hint="count, distinct, first and last take any kind",
            expected=fit,
        )


class NoHalfLifeError(ExpressionSyntaxError):
    """`decay` without a length in which a line loses half its weight."""

    def __init__(self, at: Place) -> None:
        super().__init__("decay(…) got something else", "a date, a half-life and filters, as in decay(log.at, 30d)", at)


def order_of(scope: Scope) -> tuple[str, ...]:
    """What `first` and `last` go by in a scope."""
    return tuple(scope.column(key) for key in TIMES[scope.source])


def aggregated(scope: Scope, call: Call, bodies: Sequence[Body]) -> ValueSql:
    """The value of an aggregate over the elements of one or more bodies."""
    name, value = call.name, bodies[0].value
    takes = TAKES.get(name)
    if takes is not None:
        for body in bodies:
            if body.value.family not in takes or (body.value.family != value.family and name != "count"):
                raise UnfitAggregateError(name, body.value.family, call.at)
    if name in ("count", "distinct"):
        counted = "count(*)" if all(body.plain for body in bodies) and name == "count" else "count({v})"
        return _number(_over(bodies, counted if name == "count" else "count(DISTINCT {v})"))
    if name in ("first", "last"):
        return _nth(bodies, name)
    if name == "decay":
        return _number(_over(bodies, decay_of("{v}", value.family, half_life(scope, call), scope.env.now)))
    if name in ("min", "max") and value.family in LISTED:
        return _extreme_listed(bodies, call)
    if name == "median":
        return _like(value, _median(bodies, value))
    return _like(value, _over(bodies, function_of(name, value.family)))


def function_of(name: str, family: str) -> str:
    """The SQL of `sum avg min max` on `{v}`; dates are averaged as moments."""
    if name == "sum":
        return "COALESCE(sum({v}), 0)"
    if name == "avg" and family in DAYS:
        return of_seconds(f"avg({in_seconds('{v}')})", family)
    return f"{name}({{v}})"


def in_seconds(text: str) -> str:
    """SQL for a date or instant as Unix time, a date as if its day began in UTC."""
    return f"CAST(strftime('%s', {text}) AS INTEGER)"


def of_seconds(text: str, family: str) -> str:
    """SQL for the date or instant of a Unix time."""
    if family == "date":
        return f"date({text}, 'unixepoch')"
    return f"strftime('%Y-%m-%dT%H:%M:%SZ', {text}, 'unixepoch')"


def half_life(scope: Scope, call: Call) -> float:
    """The second argument of `decay`, in seconds."""
    length = value_at(scope, call.args[1]) if len(call.args) > 1 else None
    if length is None or length.family != "duration" or not length.number or length.working:
        raise NoHalfLifeError(call.args[1].at if len(call.args) > 1 else call.at)
    return float(length.number)


def decay_of(text: str, family: str, seconds: float, now: datetime) -> str:
    """SQL for Σ 0.5^(age / half-life); the age of a date is counted from the beginning of its day."""
    from datetime import UTC  # noqa: PLC0415 - only scores

    present = int(now.timestamp()) if family == "datetime" else int(now.replace(tzinfo=UTC).timestamp())
    return f"COALESCE(sum({POWER}(0.5, ({present} - {in_seconds(text)}) / {seconds!r})), 0)"


def _number(made: Sql) -> ValueSql:
    return ValueSql(made.text, made.params, "number")


def _like(value: ValueSql, made: Sql) -> ValueSql:
    """A value in the family and unit of what it was made from."""
    return ValueSql(
        made.text, made.params, value.family, scale=value.scale, reference=value.reference, working=value.working
    )


def _over(bodies: Sequence[Body], function: str) -> Sql:
    """A function of all values, written with `{v}` for the value."""
    body = bodies[0]
    if len(bodies) == 1 and not body.value.params:
        made = function.replace("{v}", body.value.text)
        return Sql(f"(SELECT {made} FROM {body.source} WHERE {body.where.text})", body.where.params)
    rows = _rows(bodies)
    return Sql(f"(SELECT {function.replace('{v}', 'q.v')} FROM ({rows.text}) q)", rows.params)


def _rows(bodies: Sequence[Body]) -> Sql:
    """A query for all values, in column `v`."""
    selects = [f"SELECT {body.value.text} AS v FROM {body.source} WHERE {body.where.text}" for body in bodies]
    params = tuple(param for body in bodies for param in (*body.value.params, *body.where.params))
    return Sql(" UNION ALL ".join(selects), params)


def _median(bodies: Sequence[Body], value: ValueSql) -> Sql:
    """The middle value, of an even number the mean of the middle two."""
    rows = _rows(bodies)
    v = in_seconds("p.v") if value.family in DAYS else "p.v"
    ranked = f"SELECT {v} AS v, row_number() OVER (ORDER BY p.v) AS n, count(*) OVER () AS c"
    middle = "m.n IN ((m.c + 1) / 2, (m.c + 2) / 2)"
    mean = of_seconds("avg(m.v)", value.family) if value.family in DAYS else "avg(m.v)"
    text = f"(SELECT {mean} FROM ({ranked} FROM ({rows.text}) p WHERE p.v IS NOT NULL) m WHERE {middle})"
    return Sql(text, rows.params)


def _extreme_listed(bodies: Sequence[Body], call: Call) -> ValueSql:
    """The least or greatest option or stage, in their order."""
    down = " DESC" if call.name == "max" else ""
    if len(bodies) == 1:
        return _picked(bodies[0], f"{bodies[0].value.sort or bodies[0].value.text}{down}")
    found = _picked_of(bodies, lambda body: (body.value.sort or body.value.text,), f"q.k0{down}")
    if found.family not in LISTED:
        raise UnfitAggregateError(call.name, bodies[0].value.family, call.at)
    return found


def _nth(bodies: Sequence[Body], name: str) -> ValueSql:
    """The value of the earliest or latest element that has one; those without a time come last."""
    down = " DESC" if name == "last" else ""
    if len(bodies) == 1:
        keys = bodies[0].order
        return _picked(bodies[0], ", ".join([f"{keys[0]} IS NULL", *(f"{key}{down}" for key in keys)]))
    return _picked_of(bodies, lambda body: body.order[:2], f"q.k0 IS NULL, q.k0{down}, q.k1{down}")


def _picked_of(bodies: Sequence[Body], keys: Callable[[Body], Sequence[str]], order: str) -> ValueSql:
    """The value of the element of several bodies that comes first by its keys, in `q.k0`, `q.k1`."""
    selects, params = [], []
    for body in bodies:
        columns = "".join(f", {key} AS k{number}" for number, key in enumerate(keys(body)))
        selects.append(f"SELECT {body.value.text} AS v{columns} FROM {body.source} WHERE {body.where.text}")
        params += [*body.value.params, *body.where.params]
    text = f"(SELECT q.v FROM ({' UNION ALL '.join(selects)}) q WHERE q.v IS NOT NULL ORDER BY {order} LIMIT 1)"
    return shared([body.value for body in bodies])._replace(text=text, params=tuple(params))


def _picked(body: Body, order: str) -> ValueSql:
    """The value of the one element that comes first in an order; several columns of it, so without parameters."""
    from crmcli.query.inline import inlined, without_params  # noqa: PLC0415

    value = inlined(body.value)
    where = f"({without_params(body.where.text, body.where.params)}) AND ({value.text}) IS NOT NULL"
    source = f"{body.source} WHERE {where} ORDER BY {order} LIMIT 1"
    return from_row(value, source)._replace(label="", alias="", ends=())
