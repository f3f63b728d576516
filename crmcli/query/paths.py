"""Dotted paths: through references to the field of another record.

As a condition, a path becomes `reference IN (SELECT id … WHERE …)`: asked once for all rows, and free to use the index
of the reference. As a value (to show, sort or group by) it becomes a sub-select by the target's id.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from crmcli.query.failures import NotYetError, QueryError
from crmcli.query.fields import BUILT_IN, find_field, part_value, value_of
from crmcli.query.sql import Sql, column, quoted_text, table

if TYPE_CHECKING:
    from crmcli.model.schema import Field
    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Path
    from crmcli.query.value_sql import ValueSql

MOST_STEPS = 8
"""How many references a path may follow."""


class ListInPathError(QueryError):
    """A path used as one value goes through a list of records."""

    def __init__(self, field: str, at: Place) -> None:
        super().__init__(
            f"`{field}` is a list, so a path through it has no one value", at, hint="it can be matched with `:`"
        )


def check_path(path: Path) -> None:
    """Refuse what a list cannot answer yet."""
    if path.old:
        raise NotYetError("`old.`, the state before a change,", path.at)
    if len(path.names) > MOST_STEPS:
        raise NotYetError(f"a path of more than {MOST_STEPS} steps", path.at)


def on_path(scope: Scope, names: tuple[str, ...], at: Place, ask: Callable[[Scope, str], Sql]) -> Sql:
    """Follow references, and `ask` about the last name where they end; some element of a list will do."""
    if len(names) == 1:
        return ask(scope, names[0])
    field = reference_field(scope, names[0], at)
    if field is None:
        return ask(scope, ".".join(names))
    target = target_scope(scope, field, at)
    inner = on_path(target, names[1:], at, ask)
    chosen = f"SELECT {target.alias}.id FROM {table(target.type.plural)} {target.alias} WHERE {inner.text}"
    if not field.many:
        return Sql(f"{column(scope.alias, field.name)} IN ({chosen})", inner.params)
    pairs = (
        f"SELECT x.id FROM refs x WHERE x.type = {quoted_text(scope.type.plural)} "
        f"AND x.field = {quoted_text(field.name)} AND x.to_id IN ({chosen})"
    )
    return Sql(f"{scope.alias}.id IN ({pairs})", inner.params)


def path_value(scope: Scope, names: tuple[str, ...], at: Place) -> ValueSql:
    """The one value at the end of a path."""
    field = reference_field(scope, names[0], at) if len(names) > 1 else None
    if field is None:
        return spot_value(scope, ".".join(names), at)
    if field.many:
        raise ListInPathError(field.name, at)
    target = target_scope(scope, field, at)
    value = path_value(target, names[1:], at)
    label = f"{value_of(scope, field.name, at).label} {value.label}"
    source = f"{table(target.type.plural)} {target.alias} WHERE {target.alias}.id = {column(scope.alias, field.name)}"

    def through(text: str) -> str:
        return f"(SELECT {text} FROM {source})" if text else ""

    return value._replace(
        text=through(value.text),
        label=label,
        raw=tuple(through(text) for text in value.raw),
        shown=through(value.shown),
        sort=through(value.sort),
        folded=through(value.folded),
    )


def spot_value(scope: Scope, name: str, at: Place) -> ValueSql:
    """A field where a path ends, or a part of one (`amount.currency`); computed fields are unfolded."""
    first, _, part = name.partition(".")
    field = find_field(scope.type, first)
    if field is not None and field.calc:
        from crmcli.query.computed import computed_value  # noqa: PLC0415 - few questions ask for computed fields

        return computed_value(scope, field, at)
    value = value_of(scope, first, at)
    return part_value(scope, value, part, at) if part else value


def reference_field(scope: Scope, name: str, at: Place) -> Field | None:
    """The reference of that name; None for a field that points at nothing."""
    field = find_field(scope.type, name)
    if field is not None:
        return field if field.reference else None
    if name == "by":
        from crmcli.model.schema import Field as SchemaField  # noqa: PLC0415

        return SchemaField("by", "member", reference="member" if "member" in scope.setup.types else "")
    if name not in BUILT_IN:
        value_of(scope, name, at)  # says what is wrong with the name
    return None


def target_scope(scope: Scope, field: Field, at: Place) -> Scope:
    """The scope of what a reference points at."""
    target = scope.setup.types.get(field.reference)
    if target is None or target.embedded:
        raise NotYetError(f"a path through `{field.name}`, which points at records of any type,", at)
    return scope.inside(target)
