"""Items of list fields, one by one, as values to compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.built_in import IN_TABLES, list_condition
from crmcli.query.fields import MILLIONTHS
from crmcli.query.sql import quoted_text
from crmcli.query.value_sql import ValueSql

if TYPE_CHECKING:
    from crmcli.query.env import Scope


def items_table(scope: Scope, value: ValueSql, alias: str) -> tuple[str, str]:
    """The table that holds a list's items, and which of its rows."""
    if value.field is None:
        return IN_TABLES[value.label][0], list_condition(scope, value.label, alias)
    plural, field = quoted_text(scope.type.plural), quoted_text(value.field.name)
    return "items", f"{alias}.type = {plural} AND {alias}.field = {field}"


def item_of(value: ValueSql, alias: str) -> ValueSql:
    """One item of a list, in the form the family compares: items are kept as they stand in files."""
    text = f"{alias}.value"
    item = value._replace(text=text, many=False, raw=(text,), folded=f"{alias}.fold", alias=alias)
    if value.field is None and IN_TABLES[value.label][0] == "keys":
        return item._replace(text=f"{alias}.fold", raw=(f"{alias}.fold",))
    if value.family == "number":
        return item._replace(text=_number(text, value))
    if value.family == "datetime":
        return item._replace(text=f"strftime('%Y-%m-%dT%H:%M:%SZ', {text})")
    if value.family in ("money", "duration", "period"):
        return item._replace(family="none")
    return item


def _number(text: str, value: ValueSql) -> str:
    """A stored number in the units of the family; a percentage is hundredths."""
    if value.field is not None and value.field.type == "percent":
        return f"(CAST({text} AS REAL) * {MILLIONTHS // 100})"
    return f"(CAST({text} AS REAL) * {value.scale})"
