"""The steps of a path: references, collections, rows inside records, the log, stage changes.

A step leads from a row of one table to rows of another. `reach` follows several, each as `key IN (SELECT …)` of the one
before: that uses the B-trees of references, and meets every element once however many ways lead to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from crmcli.query.env import LOG, MOVES, RECORD, ROWS, Scope
from crmcli.query.fields import built_in_names, find_field
from crmcli.query.journal import log_type, more, moves_type, only_lines, own_log_type, partners, whenever
from crmcli.query.place import NOWHERE, Place
from crmcli.query.pointing import to_collection
from crmcli.query.sql import quoted_text, table
from crmcli.query.step import Among, OldCollectionError, Reached, Step, Target, is_id, keys_among

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crmcli.model.schema import Field, RecordType, Setup
    from crmcli.query.value_sql import ValueSql


def step_of(scope: Scope, name: str) -> Step | None:
    """The step of that name from a scope; None for a name that leads nowhere."""
    given = scope.env.given.get(name)
    if given is not None:
        return _to_given(scope, name, given)
    field = find_field(scope.type, name)
    if field is not None:
        if field.embedded:
            return _to_rows(scope, field)
        return _to_referenced(scope, field) if field.reference and not (field.calc and field.many) else None
    if name in built_in_names(scope) or (name == "by" and scope.source == MOVES):
        return _to_member(scope) if name == "by" else None
    if scope.source == RECORD and not scope.type.embedded:
        found = _log_or_moves(scope, name)
        return found or to_collection(scope, name)
    return _to_parent(scope, name) if scope.source == ROWS else None


# ---- to one record, or to those of a list ------------------------------------------------------------------------


def _to_given(scope: Scope, name: str, given: ValueSql) -> Step | None:
    target = scope.setup.types.get(given.reference)
    return Step(name, many=False, targets=(Target(target, RECORD, given.text, is_id),)) if target else None


def _to_member(scope: Scope) -> Step | None:
    member = scope.setup.types.get("member")
    key = scope.column("by")
    return Step("by", many=False, targets=(Target(member, RECORD, key, is_id),)) if member else None


def _to_referenced(scope: Scope, field: Field) -> Step:
    """What a reference field points at, per type it may point at."""
    types = _pointed_at(scope.setup, field)
    if field.many:
        return _to_listed(scope, field, types)
    key = _reference_key(scope, field)
    if field.reference != "*":
        targets = [Target(t, RECORD, key, is_id) for t in types]
    else:
        targets = [Target(t, RECORD, _id_in(t.plural, key), is_id) for t in types]
    return Step(field.name, many=False, targets=tuple(targets))


def _reference_key(scope: Scope, field: Field) -> str:
    """What a reference field holds; of a computed one what it comes to."""
    if field.calc:
        from crmcli.query.computed import computed_value  # noqa: PLC0415 - few references are computed

        return computed_value(scope, field, NOWHERE).text
    if scope.source != LOG or field.name in ("by", "on"):
        return scope.column(field.name)
    return more(scope.alias, field.name)


def _pointed_at(setup: Setup, field: Field) -> list[RecordType]:
    named = setup.types.get(field.reference)
    return [named] if named else [t for t in setup.types.values() if not t.embedded]


def _id_in(plural: str, ref: str) -> str:
    """The id in `plural/id`; NULL when another type is meant."""
    size = len(plural) + 1
    return f"CASE WHEN substr({ref}, 1, {size}) = {quoted_text(plural + '/')} THEN substr({ref}, {size + 1}) END"


def _to_listed(scope: Scope, field: Field, types: list[RecordType]) -> Step:
    """What the items of a list point at."""
    if scope.source == LOG:
        return Step(field.name, many=True, targets=tuple(_listed_in_line(scope, field, t) for t in types))
    if scope.source == RECORD and not scope.old:
        own = f"x.type = {quoted_text(scope.type.plural)} AND x.field = {quoted_text(field.name)}"

        def listed(plural: str) -> Callable[[Scope, Among], str]:
            rows = f"SELECT x.to_id FROM refs x WHERE {own} AND x.to_type = {quoted_text(plural)}"
            return lambda target, among: f"{target.alias}.id IN ({rows} AND x.id {among.test})"

        found = (Target(t, RECORD, f"{scope.alias}.id", listed(t.plural)) for t in types)
        return Step(field.name, many=True, targets=tuple(found))

    def written(head: str) -> Callable[[Scope, Among], str]:
        each = f"substr(j.value, {len(head) + 1})" if head else "j.value"
        only = f" WHERE substr(j.value, 1, {len(head)}) = {quoted_text(head)}" if head else ""
        return lambda target, among: (
            f"{target.alias}.id IN (SELECT {each} FROM ({among.rows}) q JOIN json_each(q.key) j{only})"
        )

    key = scope.column(field.name)
    heads = [(t, f"{t.plural}/" if field.reference == "*" else "") for t in types]
    return Step(field.name, many=True, targets=tuple(Target(t, RECORD, key, written(head)) for t, head in heads))


def _listed_in_line(scope: Scope, field: Field, target: RecordType) -> Target:
    if field.name == "with":
        whom = partners(scope, field._replace(reference=target.name))
        key = f"(SELECT json_group_array(w.partner) FROM ({whom}) w)"
        head = ""
    else:
        key = more(scope.alias, field.name)
        head = f"{target.plural}/" if field.reference == "*" else ""
    each = f"substr(j.value, {len(head) + 1})" if head else "j.value"
    only = f" WHERE substr(j.value, 1, {len(head)}) = {quoted_text(head)}" if head else ""

    def meets(found: Scope, among: Among) -> str:
        return f"{found.alias}.id IN (SELECT {each} FROM ({among.rows}) q JOIN json_each(q.key) j{only})"

    return Target(target, RECORD, key, meets)


def _to_parent(scope: Scope, name: str) -> Step | None:
    """The record a row stands in, by the name of its type."""
    holder = scope.setup.types.get(name)
    if holder is None or not any(f.embedded and f.type == scope.type.name for f in holder.fields.values()):
        return None
    key = f"CASE WHEN {scope.column('type')} = {quoted_text(holder.plural)} THEN {scope.alias}.id END"
    return Step(name, many=False, targets=(Target(holder, RECORD, key, is_id),))


# ---- to rows, log, stage changes ---------------------------------------------------------------------------------


def _to_rows(scope: Scope, field: Field) -> Step:
    """The rows of an embedded type inside the record."""
    embedded = scope.setup.types[field.type]

    def meets(target: Scope, among: Among) -> str:
        own = f"{target.column('type')} = {quoted_text(scope.type.plural)} AND {target.alias}.id {among.test}"
        return f"{own} AND {target.column('field')} = {quoted_text(field.name)}"

    targets = (Target(embedded, ROWS, f"{scope.alias}.id", meets),)
    return Step(field.name, many=True, targets=targets, lasting=False)


def _log_or_moves(scope: Scope, name: str) -> Step | None:
    own = own_log_type(scope.setup)
    if name == "log" or (own is not None and name in own.label.values()):
        return Step("log", many=True, targets=(Target(log_type(scope.setup), LOG, *_log_of(scope)),), lasting=False)
    if name != "moves":
        return None

    def meets(target: Scope, among: Among) -> str:
        return f"{target.column('type')} = {quoted_text(scope.type.plural)} AND {target.alias}.id {among.test}"

    moved = Target(moves_type(), MOVES, f"{scope.alias}.id", meets, scope.type)
    return Step("moves", many=True, targets=(moved,), lasting=False)


def _log_of(scope: Scope) -> tuple[str, Callable[[Scope, Among], str]]:
    """The key of a record's log, and its lines: its own and those of its parts, to any depth."""
    plural = quoted_text(scope.type.plural)
    if not _has_parts(scope):

        def own(target: Scope, among: Among) -> str:
            return f'{target.alias}.id IN (SELECT o.event FROM event_on o WHERE o."on" {among.test} AND {whenever(target.alias)})'

        return f"{plural} || '/' || {scope.alias}.id", own

    def whole(target: Scope, among: Among) -> str:
        first = f"SELECT {plural}, q.key FROM ({among.rows}) q"
        further = 'SELECT f."type", f.id FROM part p JOIN refs f ON f.to_type = p."type" AND f.to_id = p.id'
        parts = f'WITH RECURSIVE part("type", id) AS ({first} UNION {further} WHERE f.within = 1)'
        lines = """SELECT o.event FROM part p JOIN event_on o ON o."on" = p."type" || '/' || p.id"""
        return f"{target.alias}.id IN ({parts} {lines} WHERE {whenever(target.alias)})"

    return f"{scope.alias}.id", whole


def _own_changes(place: Reached) -> str:
    """The ids of changes of fields of a record itself (not of its parts)."""
    of = keys_among(place, f"{quoted_text(place.scope.type.plural + '/')} || {place.scope.alias}.id")
    return f"""SELECT c.id FROM events c WHERE c."on" {of.test} AND c."do" IN ('set', 'move')"""


def _has_parts(scope: Scope) -> bool:
    """Whether records of any type may say that they are within one of this type."""
    return any(
        field.within and field.reference in (scope.type.name, "*")
        for other in scope.setup.types.values()
        if not other.embedded
        for field in other.fields.values()
    )


# ---- several steps -----------------------------------------------------------------------------------------------


def steps_in(scope: Scope, names: Sequence[str]) -> int:
    """How many of the names lead to the last place where a path becomes many; 0 when it stays one."""
    here, last = [scope], 0
    for number, name in enumerate(names, 1):
        found = [step for place in here if (step := step_of(place, name))]
        if any(step.many for step in found):
            last = number
        here = [scope.inside(t.type, t.source, t.owner) for step in found for t in step.targets]
        if not here:
            break
    return last


def reach(
    scope: Scope, names: Sequence[str], at: Place, *, archived: bool = False, changes: bool = False
) -> list[Reached]:
    """Follow steps from the row of a scope; several places when a reference may point at records of any type.

    `archived`: archived records count. `changes`: changes of fields count as lines of the log.
    """
    here = [Reached(scope, "")]
    for name in names:
        here = [
            found
            for place in here
            if (step := step_of(place.scope, name)) is not None
            for found in _taken(place, step, at, archived=archived, changes=changes)
        ]
    return here


def _kept(scope: Scope) -> Iterator[str]:
    """What leaves archived records out, and rows inside archived records."""
    if scope.source == RECORD:
        yield f"{scope.column('archived')} IS NULL"
        return
    for holder in scope.setup.types.values():
        if any(field.embedded and field.type == scope.type.name for field in holder.fields.values()):
            away = f"SELECT h.id FROM {table(holder.plural)} h WHERE h.archived IS NOT NULL"
            yield f"NOT ({scope.column('type')} = {quoted_text(holder.plural)} AND {scope.alias}.id IN ({away}))"


def _taken(place: Reached, step: Step, at: Place, *, archived: bool, changes: bool) -> Iterator[Reached]:
    if place.scope.old and not step.lasting:
        raise OldCollectionError(step.name, at)
    for target in step.targets:
        found = place.scope.inside(target.type, target.source, target.owner)
        among = keys_among(place, target.key)
        where = target.meets(found, among)
        if target.source == LOG:
            if changes and step.name == "log":
                where = f"({where} OR {found.alias}.id IN ({_own_changes(place)}))"
            where += f" AND {only_lines(found, changes=changes)}"
        elif step.gone and not archived:
            where += "".join(f" AND {kept}" for kept in _kept(found))
        yield Reached(found, where)
