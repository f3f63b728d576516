"""Items of list fields, one by one, as values to compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.built_in import IN_TABLES, list_condition
from crmcli.query.env import LOG, RECORD
from crmcli.query.failures import QueryError
from crmcli.query.fields import MILLIONTHS
from crmcli.query.place import NOWHERE
from crmcli.query.sql import quoted_text
from crmcli.query.value_sql import ValueSql

if TYPE_CHECKING:
    from crmcli.query.env import Scope
    from crmcli.query.place import Place


def in_row(scope: Scope, value: ValueSql) -> bool:
    """Whether a list's items are only in its row: of log lines, and of records as they were."""
    return (scope.source != RECORD or scope.old) and value.many


def items_in_row(scope: Scope, value: ValueSql) -> str:
    """A table function over the items that stand in the row itself, in column `value`."""
    if scope.source == LOG and value.field is not None and value.field.name != "with":
        from crmcli.query.journal import path_in_more  # noqa: PLC0415 - only questions about the log

        return f"json_each({scope.column('more')}, {path_in_more(value.field.name)})"
    if value.field is None:
        raise NotKeptError(value.label, NOWHERE)
    return f"json_each({value.text})"


class NotKeptError(QueryError):
    """A built-in list is asked for as it was before a change."""

    def __init__(self, name: str, at: Place) -> None:
        super().__init__(f"what `{name}` was before the change is not kept", at, hint="ask the fields of the record")


def items_table(scope: Scope, value: ValueSql, alias: str) -> tuple[str, str]:
    """The table that holds a list's items, and which of its rows."""
    if value.field is None:
        return IN_TABLES[value.label][0], list_condition(scope, value.label, alias)
    plural, field = quoted_text(scope.type.plural), quoted_text(value.field.name)
    return "items", f"{alias}.type = {plural} AND {alias}.field = {field}"


def item_of(scope: Scope, value: ValueSql, alias: str) -> ValueSql:
    """One item of a list, in the form the family compares: items are kept as they stand in files."""
    column = IN_TABLES[value.label][1] if value.field is None else "value"
    text = f"{alias}.{column}"
    kept = "" if in_row(scope, value) or column == "tag" else f"{alias}.fold"
    item = value._replace(text=text, many=False, raw=(text,), folded=kept, alias=alias, sort="", shown="")
    if value.field is None and IN_TABLES[value.label][0] == "keys":
        return item._replace(text=f"{alias}.fold", raw=(f"{alias}.fold",))
    if value.family == "number":
        return item._replace(text=_number(text, value))
    if value.family == "datetime":
        return item._replace(text=f"strftime('%Y-%m-%dT%H:%M:%SZ', {text})")
    if value.family == "month":
        return item._replace(text=f"({text} || '-01')")
    if value.family in ("money", "duration", "period"):
        return item._replace(family="none")
    return item


def _number(text: str, value: ValueSql) -> str:
    """A stored number in the units of the family; a percentage is hundredths."""
    if value.field is not None and value.field.type == "percent":
        return f"(CAST({text} AS REAL) * {MILLIONTHS // 100})"
    return f"(CAST({text} AS REAL) * {value.scale})"
