"""Values without order or words, such as places on a map: only whether there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.failures import QueryError
from crmcli.query.operators.text import contains

if TYPE_CHECKING:
    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.sql import Sql
    from crmcli.query.tree import Range, Word
    from crmcli.query.value_sql import ValueSql

NAMED = frozenset(["file", "image"])


class OnlyFilledError(QueryError):
    """The field can only be asked for whether it is filled."""

    def __init__(self, value: ValueSql, at: Place) -> None:
        name = value.field.name if value.field else value.label
        super().__init__(
            f"`{name}` can only be asked whether it is filled", at, hint=f"write {name}:any or {name}:none"
        )


def matches(scope: Scope, value: ValueSql, asked: Word | Range) -> Sql:
    """A file by its name; nothing else."""
    from crmcli.query.tree import Word as Written  # noqa: PLC0415

    del scope
    if isinstance(asked, Written) and value.field is not None and value.field.type in NAMED:
        return contains(value, asked.text)
    raise OnlyFilledError(value, asked.at)


def compares(scope: Scope, value: ValueSql, op: str, other: ValueSql, at: Place) -> Sql:
    """Never."""
    del scope, op, other
    raise OnlyFilledError(value, at)
