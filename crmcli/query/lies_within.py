"""`within(a, b)`: whether region `a` is `b` or lies in it; either may be a list, and then some item of it will do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.sql import Sql
from crmcli.query.value_sql import ValueSql
from crmcli.query.values import value_at

if TYPE_CHECKING:
    from crmcli.query.env import Scope
    from crmcli.query.tree import Call, Expr


def within_value(scope: Scope, call: Call) -> ValueSql:
    """SQL for whether one text is another or begins with it, up to a `/` or `-`: `广东/深圳` is within `广东`."""
    from crmcli.query.calls import WrongArgumentsError  # noqa: PLC0415 - calls names this module

    if len(call.args) != 2:
        raise WrongArgumentsError("within", "a region and the regions it may lie in", call.at)
    low, high = (_items(scope, call, arg) for arg in call.args)
    a, b = scope.new_alias(), scope.new_alias()
    below = " OR ".join(f"substr({a}.value, 1, length({b}.value) + 1) = {b}.value || '{joint}'" for joint in ("/", "-"))
    text = f"EXISTS (SELECT 1 FROM {low.text} {a}, {high.text} {b} WHERE {a}.value = {b}.value OR {below})"
    return ValueSql(text, (*low.params, *high.params), "flag")


def _items(scope: Scope, call: Call, arg: Expr) -> Sql:
    """A table `value` of the items of an argument; a text written out is read as a region."""
    from crmcli.query.calls import WrongArgumentsError  # noqa: PLC0415

    value = value_at(scope, arg)
    if value.family != "text":
        raise WrongArgumentsError("within", "regions", arg.at)
    if value.many:
        return Sql(f"json_each({value.text})", value.params)
    if value.written == "string":
        from crmcli.model.schema import Field  # noqa: PLC0415
        from crmcli.query.context import stored_form  # noqa: PLC0415

        region = stored_form(Field(call.name, "region"), value.word, scope.env, arg.at)
        return Sql("(SELECT ? AS value)", (region,))
    return Sql(f"(SELECT {value.text} AS value)", value.params)
