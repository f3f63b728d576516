"""The fields that every record has (LANGUAGE §2, last paragraph), as SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.fields import title_of
from crmcli.query.sql import column, quoted_text, table
from crmcli.query.value_sql import ValueSql
from crmcli.query.whens import utc_text

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType
    from crmcli.query.env import QueryEnv, Scope
    from crmcli.query.place import Place

INSTANTS = frozenset(["created", "touched", "closed", "stage_since"])
IN_TABLES = {"tags": ("tags", "tag"), "keys": ("items", "value"), "aliases": ("keys", "fold")}
"""Where the built-in lists are: table and column."""


def built_in_value(scope: Scope, name: str, at: Place) -> ValueSql:
    """The value of a built-in field; `at` is for errors of later ones."""
    del at
    value = ValueSql(column(scope.alias, name), label=name, alias=scope.alias)
    if name in INSTANTS:
        value = value._replace(family="datetime")
    elif name == "archived":
        value = value._replace(family="date")
    elif name == "type":
        value = value._replace(text=quoted_text(scope.type.name))
    elif name == "by":
        value = _by(scope, value)
    elif name == "via":
        value = value._replace(matches="via")
    elif name in IN_TABLES:
        value = value._replace(text=_list_text(scope, name), many=True, matches="contains")
    elif name == "late":
        value = value._replace(text=f"({late(scope)} IS TRUE)", family="flag")
    elif name == "next_due":
        value = value._replace(text=next_due(scope.type, scope.env, scope.alias), family="datetime")
    elif name == "stage_days":
        value = value._replace(text=stage_days(scope.env, scope.alias), family="number")
    return value._replace(raw=(value.text,), sort=value.sort or value.text)


def _by(scope: Scope, value: ValueSql) -> ValueSql:
    """Who made it: a member where there are members, else a text."""
    if "member" not in scope.setup.types:
        return value._replace(matches="contains")
    fold = title_of(scope.env, "member", value.text, "_fold")
    shown = f"COALESCE({title_of(scope.env, 'member', value.text)}, {value.text})"
    return value._replace(family="reference", reference="member", shown=shown, sort=f"COALESCE({fold}, {value.text})")


def _list_text(scope: Scope, name: str) -> str:
    """A list's items as a JSON array, as the columns of list fields hold them; NULL when there are none."""
    source, what = IN_TABLES[name]
    where = list_condition(scope, name, "l")
    order = "l.rowid" if source == "items" else f"l.{what}"
    inner = f"SELECT l.{what} FROM {source} l WHERE {where} AND l.id = {scope.alias}.id ORDER BY {order}"
    return f"(SELECT CASE WHEN count(*) THEN json_group_array(q.{what}) END FROM ({inner}) q)"


def list_condition(scope: Scope, name: str, alias: str) -> str:
    """Which rows of its table a built-in list's are, for all records of the type."""
    condition = f"{alias}.type = {quoted_text(scope.type.plural)}"
    return condition if name == "tags" else f"{condition} AND {alias}.field = {quoted_text(name)}"


def stage_days(env: QueryEnv, alias: str) -> str:
    """Whole days since the record entered its stage."""
    since = column(alias, "stage_since")
    return f"CAST((julianday('{utc_text(env.now)}') - julianday({since})) AS INTEGER)"


def is_running(alias: str) -> str:
    """Whether nothing has closed the record: its stage is open or hold, or it has none."""
    kind = column(alias, "_kind")
    return f"({kind} IS NULL OR {kind} IN ('open', 'hold'))"


def late(scope: Scope) -> str:
    """Whether a running record is past its `due`, or, where the type has none, its `close`; false for other types."""
    due, close = scope.type.fields.get("due"), scope.type.fields.get("close")
    running = is_running(scope.alias)
    if due and due.type == "datetime":
        whole_day = column(scope.alias, "due.local")  # a day without a time is late once it is over
        today, now = scope.env.now.date().isoformat(), utc_text(scope.env.now)
        moment = f"{column(scope.alias, 'due')} < '{now}'"
        return f"({running} AND CASE length({whole_day}) WHEN 10 THEN {whole_day} < '{today}' ELSE {moment} END)"
    field = due if due and due.type == "date" else close
    if field and field.type == "date":
        return f"({running} AND {column(scope.alias, field.name)} < '{scope.env.now.date().isoformat()}')"
    return "0"


def next_due(record_type: RecordType, env: QueryEnv, alias: str) -> str:
    """When the earliest open task of the record, or of a part of it, is due; NULL in a book without tasks."""
    task = env.setup.types.get("task")
    if task is None or not all(name in task.fields for name in ("on", "due", "stage")):
        return "NULL"
    ref = f"{quoted_text(record_type.plural + '/')} || {alias}.id"
    where = f'k."on" = {ref}'
    if _has_parts(record_type, env):
        parts = (
            f"SELECT p.type || '/' || p.id FROM refs p WHERE p.to_type = {quoted_text(record_type.plural)} "
            f"AND p.to_id = {alias}.id AND p.within = 1"
        )
        where = f'(k."on" IN (SELECT {ref} UNION ALL {parts}))'
    return f"(SELECT min(k.due) FROM {table(task.plural)} k WHERE {where} AND {is_running('k')} AND k.archived IS NULL)"


def _has_parts(record_type: RecordType, env: QueryEnv) -> bool:
    """Whether records of another type than tasks say that they are within one of this type."""
    return any(
        field.within and field.reference in (record_type.name, "*")
        for other in env.setup.types.values()
        if other.name != "task" and not other.embedded
        for field in other.fields.values()
    )
