"""Trees → SQL: filters, values for columns and groups, orders. The doors of this package towards the index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.columns import split_columns
from crmcli.query.env import LOG, MOVES, QueryEnv, Scope
from crmcli.query.sql import ALWAYS, Sql, SqlArgument
from crmcli.query.value_sql import ValueSql

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.model.schema import RecordType
    from crmcli.query.tree import Expr

__all__ = [
    "QueryEnv",
    "Sql",
    "ValueSql",
    "asks_archived",
    "check_expression",
    "compile_condition",
    "compile_filter",
    "compile_sort",
    "compile_value",
    "family_of_expression",
]

FilePlace = tuple[str, int]
"""Where an expression stands: the file, relative to the book, and the line (0 when unknown)."""
NO_FILE: FilePlace = ("", 0)


def compile_filter(expr: Expr | None, record_type: RecordType, env: QueryEnv) -> Sql:
    """The condition on alias `r` of the type's table; `expr` None asks for all records.

    Archived records are not left out here: see `asks_archived`. Raises `QueryError`.
    """
    if expr is None:
        return ALWAYS
    from crmcli.query.conditions import condition  # noqa: PLC0415 - a list without a filter does without

    return _finished(Scope(record_type, env), condition, expr)


def _finished(scope: Scope, condition: Callable[[Scope, Expr], Sql], expr: Expr) -> Sql:
    asked = condition(scope, expr)
    return Sql(asked.text, asked.params, tuple(scope.run.warnings), tuple(sorted(scope.run.old)))


def compile_condition(
    text: str, record_type: RecordType, env: QueryEnv, place: FilePlace = NO_FILE, source: str = ""
) -> Sql:
    """The condition of an engine file on alias `r`: of the type's table, of an embedded type's rows.

    `source` LOG means lines of the journal (`events`), MOVES the stage changes of the type (`moves`). Raises
    `QueryError`; where `place` is given, one that says it.
    """
    from crmcli.query.conditions import condition  # noqa: PLC0415 - a list without a filter does without
    from crmcli.query.in_files import in_file  # noqa: PLC0415
    from crmcli.query.parser import parse  # noqa: PLC0415

    with in_file(*place):
        return _finished(scope_at(record_type, env, source), condition, parse(text))


def scope_at(record_type: RecordType, env: QueryEnv, source: str = "") -> Scope:
    """The scope a question begins in; `source` as in `compile_condition`."""
    if source not in (LOG, MOVES):
        return Scope(record_type, env)
    from crmcli.query.journal import log_type, moves_type  # noqa: PLC0415 - only questions about the log

    scope = Scope(log_type(env.setup) if source == LOG else moves_type(), env)
    scope.source = source
    scope.owner = record_type if source == MOVES else None
    return scope


def check_expression(
    text: str, record_type: RecordType, env: QueryEnv, place: FilePlace = NO_FILE, source: str = ""
) -> str:
    """The family of an expression in a file, "flag" for a condition; raises `QueryError` as `compile_condition` does."""
    from crmcli.query.in_files import in_file  # noqa: PLC0415

    with in_file(*place):
        return family_of_expression(text, record_type, env, source)


def family_of_expression(text: str, record_type: RecordType, env: QueryEnv, source: str = "") -> str:
    """The family (see `ValueSql`) of an expression's value; raises `QueryError` for one that does not fit the type."""
    from crmcli.query.arithmetic import dated  # noqa: PLC0415 - only where expressions are checked
    from crmcli.query.parser import parse  # noqa: PLC0415
    from crmcli.query.values import value_at  # noqa: PLC0415

    return dated(value_at(scope_at(record_type, env, source), parse(text))).family


def compile_value(path: str | Expr, record_type: RecordType, env: QueryEnv, source: str = "") -> ValueSql:
    """The SQL expression, on alias `r`, of a column, a sort key or a group.

    `path` is written as `owner.region`, `quarter(close)`, `amount*odds`; a dotted name is looked up without the parser.
    Raises `QueryError`.
    """
    scope = scope_at(record_type, env, source)
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
