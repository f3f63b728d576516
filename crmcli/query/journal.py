"""Lines of the journal and stage changes as tables with names: their types, and where each name is a column.

The log is the table `events`; a field of the log type that is no column there stands in its JSON column `more`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.schema import Field, Option, RecordType, label_of
from crmcli.query.env import LOG
from crmcli.query.fields import MILLIONTHS, family_of, is_list, money_scale, ordinal, scale_of, title_of
from crmcli.query.sql import Sql, all_of, column, quoted_text
from crmcli.query.value_sql import ValueSql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.schema import Setup
    from crmcli.query.env import QueryEnv, Scope

TOUCH_KINDS = ("call", "email", "meeting", "visit", "chat", "reply")
"""Kinds of line that count as a touch where the log type does not say."""

COLUMNS = frozenset(["at", "kind", "direction", "took", "text", "field", "on"])
"""Fields of a line that are columns of `events` under their own name."""

KINDS = ("open", "hold", "won", "lost")
UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86400, "w": 604800, "mo": 2629800, "y": 31557600, "wh": 3600, "wd": 28800}


def log_type(setup: Setup) -> RecordType:
    """The type of log lines: the book's own, with the built-in fields it does not give."""
    own = own_log_type(setup)
    built_in = {field.name: field for field in _line_fields(setup)}
    if own is None:
        return RecordType("log", "log", {}, (), "text", (), "journal", built_in, "schema/log.toml")
    return own._replace(fields=built_in | dict(own.fields))


def whenever(alias: str) -> str:
    """Stands among the records that lines belong to (`event_on o`) for when the lines were said, which is known there too."""
    return f"'{alias}' IS '{alias}'"


def when_said(scope: Scope, where: str, filters: Sequence[Sql]) -> Sql:
    """Which lines of a record: those that filters of nothing but their time leave out are not even looked up."""
    own, place = scope.column("at"), whenever(scope.alias)
    when = [found for found in filters if own in found.text and "." not in found.text.replace(own, "")]
    if scope.source != LOG or where.count(place) != 1 or not when:
        return Sql(where)
    asked = all_of([Sql(found.text.replace(own, column("o", "at")), found.params) for found in when])
    return Sql(where.replace(place, asked.text), asked.params)


def own_log_type(setup: Setup) -> RecordType | None:
    """The log type the book gives."""
    return next((t for t in setup.types.values() if t.embedded == "journal"), None)


def _line_fields(setup: Setup) -> tuple[Field, ...]:
    member = "member" if "member" in setup.types else ""
    return (
        Field("at", "datetime"),
        Field("by", member or "text", reference=member),
        Field("via", "text"),
        Field("kind", "text"),
        Field("direction", "choice", options=(Option("in", {}), Option("out", {}))),
        Field("took", "duration"),
        Field("with", "any", many=True, reference="*"),
        Field("on", "any", reference="*"),
        Field("text", "text"),
        Field("field", "text"),
        Field("touch", "flag"),
    )


def moves_type() -> RecordType:
    """The type of stage changes."""
    fields = (
        Field("at", "datetime"),
        Field("from", "stage"),
        Field("to", "stage"),
        Field("kind", "choice", options=tuple(Option(name, {}) for name in KINDS)),
        Field("days", "decimal"),
        Field("by", "text"),
        Field("via", "text"),
        Field("note", "text"),
    )
    return RecordType("move", "moves", {}, (), "to", (), "journal", {f.name: f for f in fields}, "")


def move_value(scope: Scope, field: Field) -> ValueSql:
    """The value of a field of a stage change."""
    text = scope.column(field.name)
    value = ValueSql(text, label=field.name, alias=scope.alias, sort=text)
    if field.name == "days":
        return value._replace(text=f"({scope.column('secs')} / 86400.0)", family="number", sort="")
    if field.name == "at":
        return value._replace(family="datetime")
    if field.name == "kind":
        return value._replace(family="choice", field=field, sort=ordinal(text, KINDS))
    if field.name in ("from", "to"):
        return value._replace(family="stage", field=field)
    return _by_or_via(scope, value, field.name)


def _by_or_via(scope: Scope, value: ValueSql, name: str) -> ValueSql:
    if name == "via":
        return value._replace(matches="via")
    if name == "by" and "member" in scope.setup.types:
        return value._replace(
            family="reference",
            reference="member",
            shown=f"COALESCE({title_of(scope.env, 'member', value.text)}, {value.text})",
            sort=f"COALESCE({title_of(scope.env, 'member', value.text, '_fold')}, {value.text})",
        )
    return value._replace(matches="contains")


def line_value(scope: Scope, field: Field) -> ValueSql:
    """The value of a stored field of a log line."""
    from crmcli.model.types import type_named  # noqa: PLC0415 - only questions about the log

    kind = type_named(field)
    many = is_list(field)
    value = ValueSql(
        line_text(scope, field),
        family=family_of(field, kind.family),
        label=label_of(field.label, scope.setup.config.language, field.name),
        scale=1 if many else scale_of(field, scope.env),
        field=field,
        many=many,
        reference=field.reference,
        matches=kind.matches,
        alias=scope.alias,
    )
    if field.name == "via" and field.options:
        return value._replace(matches="via")
    if field.name in ("by", "via"):
        return _by_or_via(scope, value._replace(family="text", field=None, reference=""), field.name)
    if many or value.family == "period":
        return value if many else value._replace(raw=_ends(value.text))
    if field.reference:
        return value._replace(
            shown=title_of(scope.env, field.reference, value.text),
            sort=title_of(scope.env, field.reference, value.text, "_fold"),
        )
    if field.options:
        return value._replace(sort=ordinal(value.text, [option.name for option in field.options]))
    return value


def _ends(text: str) -> tuple[str, str]:
    """Start and end of a period as it stands in files, `2026-01-01..2026-12-31`."""
    return f"substr({text}, 1, 10)", f"substr({text}, 13)"


def line_text(scope: Scope, field: Field) -> str:
    """SQL for a field of a log line, in the units its family compares."""
    name = field.name
    if name in COLUMNS or name in ("by", "via"):
        return scope.column(name)
    if name == "touch" and not field.calc:
        kinds = ", ".join(map(quoted_text, TOUCH_KINDS))
        line = f"{scope.column('kind')} IN ({kinds}) AND {scope.column('via')} NOT LIKE 'rule:%'"
        return f"(({line} AND {scope.column('via')} <> 'rule') IS TRUE)"
    if name == "with":
        return f"(SELECT json_group_array(w.partner) FROM ({partners(scope, field)}) w)"
    stored = more(scope.alias, name)
    if field.reference and not is_list(field):
        return present_name(scope.setup, field, stored)
    return stored if is_list(field) else _in_units(stored, field, scope.env)


def more(alias: str, name: str) -> str:
    """SQL for what a line's JSON holds under a name."""
    return f"""json_extract({alias}."more", {path_in_more(name)})"""


def present_name(setup: Setup, field: Field, stored: str) -> str:
    """SQL for the present name of a record that a line refers to: it was renamed, or merged, and lines never change."""
    target = setup.types.get(field.reference)
    if target is None:
        return f"""COALESCE((SELECT f."type" || '/' || f.new FROM followed f WHERE f."type" || '/' || f.old = {stored}), {stored})"""
    of_type = f'f."type" = {quoted_text(target.plural)}'
    return f"COALESCE((SELECT f.new FROM followed f WHERE {of_type} AND f.old = {stored}), {stored})"


def path_in_more(name: str) -> str:
    """The JSON path of a name, as an SQL literal."""
    return quoted_text(f"$.{name}" if name.isascii() and name.isidentifier() else f'$."{name}"')


def partners(scope: Scope, field: Field) -> str:
    """A query for whom else a line is about: column `partner`, in the form the field's references have."""
    target = scope.setup.types.get(field.reference)
    what, only = 'o."on"', ""
    if target is not None:
        head = f"{target.plural}/"
        what = f'substr(o."on", {len(head) + 1})'
        only = f' AND substr(o."on", 1, {len(head)}) = {quoted_text(head)}'
    on = scope.column("on")
    return (
        f'SELECT DISTINCT {what} AS partner FROM event_on o WHERE o.event = {scope.alias}.id AND o."on" <> {on}{only}'
    )


def _in_units(stored: str, field: Field, env: QueryEnv) -> str:
    """A value as it stands in a line → what its family compares."""
    if field.type in ("int", "rating"):
        return f"CAST({stored} AS INTEGER)"
    if field.type == "decimal":
        return f"CAST(round({stored} * {MILLIONTHS}) AS INTEGER)"
    if field.type == "percent":
        unit = f"CASE WHEN {stored} LIKE '%\\%' ESCAPE '\\' THEN {MILLIONTHS // 100} ELSE {MILLIONTHS} END"
        return f"CAST(round(CAST({stored} AS REAL) * {unit}) AS INTEGER)"
    if field.type == "money":
        own = f"substr({stored}, -3) = {quoted_text(env.setup.config.currency)}"
        return f"CASE WHEN {own} THEN CAST(round(CAST({stored} AS REAL) * {money_scale(env)}) AS INTEGER) END"
    if field.type == "duration":
        units = " ".join(f"WHEN '{unit}' THEN {seconds}" for unit, seconds in UNITS.items())
        return f"(CAST({stored} AS REAL) * CASE ltrim({stored}, '0123456789.') {units} END)"
    if field.type == "flag":
        return f"CASE WHEN {stored} IN ('yes', 'true', 1) THEN 1 WHEN {stored} IN ('no', 'false', 0) THEN 0 END"
    if field.type == "datetime":
        return f"strftime('%Y-%m-%dT%H:%M:%SZ', {stored})"
    return f"{stored} || '-01'" if field.type == "month" else stored


def only_lines(scope: Scope, *, changes: bool) -> str:
    """Which events are lines of the log: what was logged and not taken back; with `changes`, changes of fields too."""
    alias = scope.alias
    taken_back = f"""SELECT 1 FROM events x WHERE x."of" = {alias}.id AND x."do" = 'retract'"""
    logged = f"""{alias}."do" = 'log' AND NOT EXISTS ({taken_back})"""
    return f"""({logged} OR {alias}."do" IN ('set', 'move'))""" if changes else logged
