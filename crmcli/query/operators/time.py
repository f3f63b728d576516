"""Times of day, as 09:30."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.schema import Field
from crmcli.query.context import stored_form
from crmcli.query.operators.unfit import UnfitComparisonError, written
from crmcli.query.sql import Sql, all_of
from crmcli.query.tree import Word

if TYPE_CHECKING:
    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Bound, Range
    from crmcli.query.value_sql import ValueSql


def matches(scope: Scope, value: ValueSql, asked: Word | Range) -> Sql:
    """Equal, or between two times."""
    if isinstance(asked, Word):
        return Sql(f"{value.text} = ?", (*value.params, _read(scope, value, asked)))
    ends = ((">=", asked.low), ("<=", asked.high))
    return all_of(Sql(f"{value.text} {op} ?", (*value.params, _read(scope, value, end))) for op, end in ends if end)


def _read(scope: Scope, value: ValueSql, end: Bound) -> str:
    word = written(end)
    return stored_form(value.field or Field(value.label, "time"), word.text, scope.env, word.at)


def compares(scope: Scope, value: ValueSql, op: str, other: ValueSql, at: Place) -> Sql:
    """Order within the day."""
    if op == "~" or other.family not in ("time", "text"):
        raise UnfitComparisonError(value, op, other, at, "write a time as 9:30")
    if other.word:
        field = value.field or Field(value.label, "time")
        return Sql(f"{value.text} {op} ?", (*value.params, stored_form(field, other.word, scope.env, at)))
    return Sql(f"{value.text} {op} {other.text}", (*value.params, *other.params))
