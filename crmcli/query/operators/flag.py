"""Yes or no; an empty flag is neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.schema import Field
from crmcli.query.context import stored_form
from crmcli.query.operators.unfit import NoRangeError, UnfitComparisonError
from crmcli.query.sql import Sql
from crmcli.query.tree import Range

if TYPE_CHECKING:
    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Word
    from crmcli.query.value_sql import ValueSql


def matches(scope: Scope, value: ValueSql, asked: Word | Range) -> Sql:
    """Yes or no, in any of the words the type takes."""
    if isinstance(asked, Range):
        raise NoRangeError(value, asked.at)
    return Sql(f"{value.text} = ?", (*value.params, _read(scope, asked.text, asked.at)))


def _read(scope: Scope, word: str, at: Place) -> int:
    return 1 if stored_form(Field("flag", "flag"), word, scope.env, at) == "yes" else 0


def compares(scope: Scope, value: ValueSql, op: str, other: ValueSql, at: Place) -> Sql:
    """Equal only."""
    if op != "=":
        raise UnfitComparisonError(value, op, other, at, "write `:yes` or `:no`")
    if other.word:
        return Sql(f"{value.text} = ?", (*value.params, _read(scope, other.word, at)))
    if other.family != "flag":
        raise UnfitComparisonError(value, op, other, at, "write `:yes` or `:no`")
    return Sql(f"{value.text} = {other.text}", (*value.params, *other.params))
