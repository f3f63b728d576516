"""`{path}`: the value of the record at hand, in filters over other records and in rules. Compared, never read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.conditions import compare_values, operators_of
from crmcli.query.env import Scope
from crmcli.query.failures import QueryError
from crmcli.query.functions import FOLD
from crmcli.query.operators.period import ends
from crmcli.query.paths import check_path, from_row, path_value
from crmcli.query.sql import Sql, all_of, any_of, quoted_text
from crmcli.query.tree import Placeholder, Range
from crmcli.query.value_sql import ValueSql

if TYPE_CHECKING:
    from crmcli.query.tree import Bound

DAYS = frozenset(["date", "datetime", "when", "month"])
JOINTS = {"within": "/-", "via": ":"}


class NoSuchTypeError(QueryError):
    """The record at hand is of a type the book does not have."""

    def __init__(self, type_name: str, placeholder: Placeholder) -> None:
        super().__init__(f"there is no type `{type_name}`", placeholder.at)


def hand_value(scope: Scope, placeholder: Placeholder) -> ValueSql:
    """The value of `{path}`: of the record named as at hand, else of the row the question was asked of."""
    path = placeholder.path
    hand = scope.env.hand
    if hand is None or path.names[0] in scope.env.given:
        root = scope.root
        check_path(root, path)
        return _of(root, placeholder)
    type_name, identity = hand
    held = scope.setup.types.get(type_name)
    if held is None:
        raise NoSuchTypeError(type_name, placeholder)
    at_hand = scope.root.inside(held)
    check_path(at_hand, path)
    source = f"{at_hand.table()} {at_hand.alias} WHERE {at_hand.alias}.id = {quoted_text(identity)}"
    return from_row(_of(at_hand, placeholder), source)


def _of(scope: Scope, placeholder: Placeholder) -> ValueSql:
    path = placeholder.path
    if path.old:
        from crmcli.query.old import old_value  # noqa: PLC0415 - only where a change is judged

        return old_value(scope, path)
    return path_value(scope, path.names, path.at)


def matches_hand(scope: Scope, value: ValueSql, asked: Placeholder) -> Sql:
    """`value:{path}`: what `:` means for the kind of value, said of another value; of a list, of some item of it."""
    other = hand_value(scope, asked)
    if not other.many:
        return _matches(scope, value, other, asked)
    alias = scope.new_alias()
    item = other._replace(text=f"{alias}.value", many=False, params=(), raw=(), field=None)
    found = _matches(scope, value, item, asked)
    return Sql(
        f"EXISTS (SELECT 1 FROM json_each({other.text}) {alias} WHERE {found.text})", (*other.params, *found.params)
    )


def _matches(scope: Scope, value: ValueSql, other: ValueSql, asked: Placeholder) -> Sql:
    if value.family == "period" and other.family == "period":
        (begin, close), (first, last) = ends(value), ends(other)
        return Sql(f"{begin} <= {last} AND {close} >= {first}")
    if value.family == "period" and other.family in DAYS:
        start, end = (ValueSql(text, family="date") for text in ends(value))
        return all_of(_compared(scope, side, op, other, asked) for side, op in ((start, "<="), (end, ">=")))
    if value.family in DAYS and other.family == "period":
        start, end = (ValueSql(text, family="date") for text in ends(other))
        return all_of(_compared(scope, value, op, side, asked) for op, side in ((">=", start), ("<=", end)))
    if value.family == "text" and other.family == "text" and value.matches == "contains":
        text = f"instr({FOLD}({value.text}), {FOLD}({other.text})) > 0"
        return Sql(f"{text} AND {other.text} <> ''", (*value.params, *other.params, *other.params))
    equal = _compared(scope, value, "=", other, asked)
    joints = JOINTS.get(value.matches, "") if value.family == "text" else ""
    below = (
        f"substr({value.text}, 1, length({other.text}) + 1) = {other.text} || {quoted_text(joint)}" for joint in joints
    )
    params = (*value.params, *other.params, *other.params)
    return any_of([equal, *(Sql(text, params) for text in below)])


def _compared(scope: Scope, value: ValueSql, op: str, other: ValueSql, asked: Placeholder) -> Sql:
    return operators_of(value).compares(scope, value, op, other, asked.at)


def within_hand(scope: Scope, value: ValueSql, asked: Range) -> Sql:
    """`value:{a}..{b}`, where one end at least is the value of the record at hand."""
    return all_of(
        _end(scope, value, op, end, asked) for op, end in ((">=", asked.low), ("<=", asked.high)) if end is not None
    )


def _end(scope: Scope, value: ValueSql, op: str, end: Bound, asked: Range) -> Sql:
    if isinstance(end, Placeholder):
        return compare_values(scope, value, op, end, asked.at, scope)
    alone = Range(end, None, asked.at) if op == ">=" else Range(None, end, asked.at)
    return operators_of(value).matches(scope, value, alone)
