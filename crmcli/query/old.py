"""The state before a planned change: `old.stage`, `changed(stage)` (docs/questions.md).

The tables `old_<plural>` hold the records of the plan as they were, one that is being made with nothing but its id; every
other record is what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.env import RECORD
from crmcli.query.failures import ExpressionSyntaxError
from crmcli.query.paths import OldOutsideError, from_row, path_value
from crmcli.query.place import NOWHERE
from crmcli.query.sql import Sql
from crmcli.query.tree import Path
from crmcli.query.value_sql import ValueSql

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Call


class NotAFieldError(ExpressionSyntaxError):
    """`changed()` of something that is no field."""

    def __init__(self, at: Place) -> None:
        super().__init__("changed(…) got something else", "one field, as in changed(close)", at)


def before(scope: Scope, ask: Callable[[Scope], Sql]) -> Sql:
    """Whether a condition held of the record as it was."""
    then = _then(scope, NOWHERE)
    asked = ask(then)
    return Sql(f"EXISTS (SELECT 1 FROM {_row_of(scope, then)} AND ({asked.text}))", asked.params)


def old_value(scope: Scope, path: Path) -> ValueSql:
    """The value a path had."""
    then = _then(scope, path.at)
    return from_row(path_value(then, path.names, path.at), _row_of(scope, then))


def _then(scope: Scope, at: Place) -> Scope:
    if scope.source != RECORD:
        from crmcli.query.step import OldCollectionError  # noqa: PLC0415 - only on the way to a refusal

        raise OldCollectionError(scope.type.name, at)
    return scope.before()


def _row_of(scope: Scope, then: Scope) -> str:
    return f"{then.table()} {then.alias} WHERE {then.alias}.id = {scope.alias}.id"


def changed(scope: Scope, call: Call) -> ValueSql:
    """Whether a field is not what it was; filled and emptied count."""
    path = call.args[0] if len(call.args) == 1 else None
    if not isinstance(path, Path) or path.old:
        raise NotAFieldError(call.at)
    if not scope.env.planned:
        raise OldOutsideError("changed(…)", call.at)
    now, then = path_value(scope, path.names, path.at), old_value(scope, path)
    pairs = list(zip(now.raw, then.raw, strict=True)) if now.raw and then.raw else [(now.text, then.text)]
    text = " OR ".join(f"{left} IS NOT {right}" for left, right in pairs)
    params = () if now.raw and then.raw else (*now.params, *then.params)
    return ValueSql(f"({text})", params, "flag")
