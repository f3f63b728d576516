"""Collections: the records of other types, the rows and the log lines that point at a record (docs/questions.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.query.env import LOG, RECORD, ROWS
from crmcli.query.journal import log_type, more, path_in_more, present_name
from crmcli.query.sql import quoted_text
from crmcli.query.step import Among, Step, Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmcli.model.schema import Field, RecordType, Setup
    from crmcli.query.env import Scope

RESERVED = ("log", "moves")
"""Collections of every record."""


def collections_of(setup: Setup, target: RecordType) -> Iterator[tuple[str, RecordType, Field]]:
    """The collections of a type: name, the type that points at it, its field; those named by `back` come first."""
    pointing = [
        (other, field)
        for other in setup.types.values()
        for field in other.fields.values()
        if field.reference in (target.name, "*") and not field.calc and not (field.name == "on" and _is_journal(other))
    ]
    yield from ((field.back, other, field) for other, field in pointing if field.back)
    yield from ((other.plural, other, field) for other, field in pointing if not field.back)


def _is_journal(record_type: RecordType) -> bool:
    return record_type.embedded == "journal"


def collection_names(scope: Scope) -> list[str]:
    """What other records are called from a scope, for suggestions."""
    if scope.source != RECORD or scope.type.embedded:
        return []
    rows = (field.name for field in scope.type.fields.values() if field.embedded)
    return list(dict.fromkeys([*(name for name, _, _ in collections_of(scope.setup, scope.type)), *rows, *RESERVED]))


def to_collection(scope: Scope, name: str) -> Step | None:
    """Records of another type that point at this one, by `back`, the plural, or the type's label."""
    found = list(collections_of(scope.setup, scope.type))
    chosen = next((c for c in found if c[0] == name), None) or next(
        (c for c in found if c[0] == c[1].plural and name in (*c[1].label.values(), *c[1].alias)), None
    )
    if chosen is None:
        return None
    _, other, field = chosen
    if _is_journal(other):
        target = _pointing_line(scope, field)
    elif other.embedded:
        target = _pointing(scope, other, field, ROWS)
    else:
        target = _pointing_list(scope, other, field) if field.many else _pointing(scope, other, field, RECORD)
    lasting = not field.many and not other.embedded
    return Step(name, many=True, targets=(target,), gone=not _is_journal(other), lasting=lasting)


def _pointing(scope: Scope, other: RecordType, field: Field, source: str) -> Target:
    any_type = field.reference == "*"
    key = f"{quoted_text(scope.type.plural + '/')} || {scope.alias}.id" if any_type else f"{scope.alias}.id"
    return Target(other, source, key, lambda target, among: f"{target.column(field.name)} {among.test}")


def _pointing_list(scope: Scope, other: RecordType, field: Field) -> Target:
    to = f"x.to_type = {quoted_text(scope.type.plural)}"
    own = f"x.type = {quoted_text(other.plural)} AND x.field = {quoted_text(field.name)}"

    def meets(target: Scope, among: Among) -> str:
        return f"{target.alias}.id IN (SELECT x.id FROM refs x WHERE {to} AND x.to_id {among.test} AND {own})"

    return Target(other, RECORD, f"{scope.alias}.id", meets)


def _pointing_line(scope: Scope, field: Field) -> Target:
    """Log lines a field of which points here."""
    ref = f"{quoted_text(scope.type.plural + '/')} || {scope.alias}.id"
    key = ref if field.reference == "*" or field.name == "with" else f"{scope.alias}.id"

    def meets(target: Scope, among: Among) -> str:
        if field.name == "with":
            rows = 'SELECT o.event FROM event_on o JOIN events w ON w.id = o.event AND w."on" <> o."on"'
            return f'{target.alias}.id IN ({rows} WHERE o."on" {among.test})'
        return f"{target.alias}.id IN ({_said_by_lines(scope.setup, field)} SELECT l.id FROM said l WHERE l.key {among.test})"

    return Target(log_type(scope.setup), LOG, key, meets)


def _said_by_lines(setup: Setup, field: Field) -> str:
    """What all lines say in one field: read once for a question, since their JSON has no B-tree."""
    own = f"""events e{{}} WHERE e."do" = 'log' AND instr(e."more", {quoted_text(f'"{field.name}"')}) > 0"""
    if field.many:
        each = own.format(f""" JOIN json_each(e."more", {path_in_more(field.name)}) j""")
        return f"WITH said(id, key) AS MATERIALIZED (SELECT e.id, {present_name(setup, field, 'j.value')} FROM {each})"
    said = present_name(setup, field, more("e", field.name))
    return f"WITH said(id, key) AS MATERIALIZED (SELECT e.id, {said} FROM {own.format('')})"
