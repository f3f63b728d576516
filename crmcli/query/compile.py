"""Trees → SQL: filters, values for columns and groups, orders. The doors of this package towards the index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.columns import split_columns
from crmcli.query.env import QueryEnv, Scope
from crmcli.query.sql import ALWAYS, Sql, SqlArgument
from crmcli.query.value_sql import ValueSql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.schema import RecordType
    from crmcli.query.tree import Expr

__all__ = [
    "QueryEnv",
    "Sql",
    "ValueSql",
    "asks_archived",
    "compile_filter",
    "compile_sort",
    "compile_value",
]


def compile_filter(expr: Expr | None, record_type: RecordType, env: QueryEnv) -> Sql:
    """The condition on alias `r` of the type's table; `expr` None asks for all records.

    Archived records are not left out here: see `asks_archived`. Raises `QueryError`.
    """
    if expr is None:
        return ALWAYS
    from crmcli.query.conditions import condition  # noqa: PLC0415 - a list without a filter does without

    scope = Scope(record_type, env)
    asked = condition(scope, expr)
    return Sql(asked.text, asked.params, tuple(scope.run.warnings), tuple(sorted(scope.run.old)))


def compile_value(path: str | Expr, record_type: RecordType, env: QueryEnv) -> ValueSql:
    """The SQL expression, on alias `r`, of a column, a sort key or a group.

    `path` is written as `owner.region`, `quarter(close)`, `amount*odds`; a dotted name is looked up without the parser.
    Raises `QueryError`.
    """
    scope = Scope(record_type, env)
    if isinstance(path, str) and all(part.isidentifier() for part in path.split(".")) and not path.startswith("old."):
        from crmcli.query.paths import path_value  # noqa: PLC0415 - shares its imports with most callers
        from crmcli.query.place import Place  # noqa: PLC0415

        return path_value(scope, tuple(path.split(".")), Place(path, 0))
    from crmcli.query.arithmetic import dated  # noqa: PLC0415 - only for expressions
    from crmcli.query.parser import parse  # noqa: PLC0415
    from crmcli.query.printer import print_expr  # noqa: PLC0415
    from crmcli.query.values import value_at  # noqa: PLC0415

    tree = parse(path) if isinstance(path, str) else path
    value = dated(value_at(scope, tree))
    return value._replace(
        label=value.label or print_expr(tree), sort=value.sort or ("" if value.params else value.text)
    )


def compile_sort(words: Sequence[str], record_type: RecordType, env: QueryEnv) -> Sql:
    """The ORDER BY of `-amount,name`: `-` is greatest first, empty values come last, the id decides what is left."""
    parts, params = [], list[SqlArgument]()
    for word in (part for given in words for part in split_columns(given)):
        name = word.lstrip("+-")
        if name:
            value = compile_value(name, record_type, env)
            text = value.sort or value.text
            own = () if value.sort else value.params
            parts.append(f"({text}) IS NULL, ({text}){' DESC' if word.startswith('-') else ''}")
            params += own * 2
    return Sql(", ".join([*parts, "r.id"]), tuple(params))


def asks_archived(expr: Expr | None) -> bool:
    """Whether a filter speaks of archiving itself, so that a list must not leave archived records out."""
    if expr is None:
        return False
    from crmcli.query.tree import Compare, Junction, Match, Not, Path, Word  # noqa: PLC0415

    if isinstance(expr, Junction):
        return any(map(asks_archived, expr.terms))
    if isinstance(expr, Not):
        return asks_archived(expr.term)
    if not isinstance(expr, (Compare, Match)) or not isinstance(expr.left, Path) or expr.left.old:
        return False
    if expr.left.names == ("is",) and isinstance(expr, Match):
        return any(isinstance(value, Word) and value.text == "archived" for value in expr.values)
    return expr.left.names == ("archived",)
