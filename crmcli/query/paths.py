"""Dotted paths: through references to the field of another record, and through collections to those of several.

As a condition, a step over a reference becomes `reference IN (SELECT id … WHERE …)`: asked once for all rows, and free to
use the index of the reference. Other steps, over collections, rows and the log, ask whether some element is so. As a
value (to show, sort or group by) a path through single references becomes a sub-select by the target's id.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from crmcli.query.env import RECORD
from crmcli.query.failures import QueryError
from crmcli.query.fields import BUILT_IN, find_field, part_value, value_of
from crmcli.query.sql import Sql, table

if TYPE_CHECKING:
    from crmcli.model.schema import Field, RecordType
    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Path
    from crmcli.query.value_sql import ValueSql

MOST_STEPS = 8
"""How many steps a path may have."""


class LongPathError(QueryError):
    """A path with more steps than any book needs."""

    def __init__(self, at: Place) -> None:
        super().__init__(
            f"a path has at most {MOST_STEPS} steps", at, hint="a computed field can name a part of the way"
        )


class OldOutsideError(QueryError):
    """`old.` or `changed()` where nothing is about to change."""

    def __init__(self, what: str, at: Place) -> None:
        super().__init__(
            f"{what} compares with the state before a change, and here nothing changes",
            at,
            hint="it can be said where a change is judged: in must, lock and need of a field, in gates, rules and hooks; "
            "a list of what changed is `crm diff`, earlier states are asked with --as-of",
        )


def on_path(scope: Scope, path: Path, ask: Callable[[Scope, str], Sql], *, archived: bool = False) -> Sql:
    """Follow a path and `ask` about its last name where it ends; of several ends, some will do.

    `archived`: archived records of collections count too.
    """
    check_path(scope, path)
    if path.old:
        from crmcli.query.old import before  # noqa: PLC0415 - only where a change is judged

        return before(scope, lambda then: _on_names(then, path.names, path.at, ask, archived))
    return _on_names(scope, path.names, path.at, ask, archived)


def check_path(scope: Scope, path: Path) -> None:
    """Refuse what has no meaning where it stands."""
    if path.old and not scope.env.planned:
        raise OldOutsideError("`old.`", path.at)
    if len(path.names) > MOST_STEPS:
        raise LongPathError(path.at)


def _on_names(
    scope: Scope, names: tuple[str, ...], at: Place, ask: Callable[[Scope, str], Sql], archived: bool
) -> Sql:  # fmt: skip
    field = find_field(scope.type, names[0])
    if len(names) == 1 and (names[0] in BUILT_IN or (field is not None and not field.embedded)):
        return ask(scope, names[0])
    target = _referenced(scope, field)
    if field is None or target is None:
        from crmcli.query.through import some_end  # noqa: PLC0415 - only paths through more than a reference

        return some_end(scope, names, at, lambda end, rest: _on_names(end, rest, at, ask, archived), ask, archived)
    inside = scope.inside(target)
    inner = _on_names(inside, names[1:], at, ask, archived)
    chosen = f"SELECT {inside.alias}.id FROM {table(target.plural)} {inside.alias} WHERE {inner.text}"
    return Sql(f"{scope.column(field.name)} IN ({chosen})", inner.params)


def _referenced(scope: Scope, field: Field | None) -> RecordType | None:
    """The one type a plain reference of a record points at; None for every other kind of step."""
    if field is None or not field.reference or field.many or field.calc or scope.source != RECORD or scope.old:
        return None
    return None if field.name in scope.env.given else scope.setup.types.get(field.reference)


def path_value(scope: Scope, names: tuple[str, ...], at: Place) -> ValueSql:
    """The one value at the end of a path."""
    if len(names) == 1:
        return spot_value(scope, names[0], at)
    field = find_field(scope.type, names[0])
    target = _referenced(scope, field)
    if field is None or target is None:
        from crmcli.query.through import value_through  # noqa: PLC0415 - only paths through more than a reference

        return value_through(scope, names, at)
    inside = scope.inside(target)
    value = path_value(inside, names[1:], at)
    source = f"{table(target.plural)} {inside.alias} WHERE {inside.alias}.id = {scope.column(field.name)}"
    return from_row(value, source)._replace(label=f"{value_of(scope, field.name, at).label} {value.label}")


def from_row(value: ValueSql, source: str) -> ValueSql:
    """A value of the one row that `source` (what stands after FROM, without parameters) finds."""

    def through(text: str) -> str:
        return f"(SELECT {text} FROM {source})" if text else ""

    return value._replace(
        text=through(value.text),
        raw=tuple(through(text) for text in value.raw),
        shown=through(value.shown),
        sort=through(value.sort),
        folded=through(value.folded),
    )


def spot_value(scope: Scope, name: str, at: Place) -> ValueSql:
    """A field where a path ends, or a part of one (`amount.currency`); computed fields are unfolded."""
    first, _, part = name.partition(".")
    field = find_field(scope.type, first)
    if field is not None and field.calc and first not in scope.env.given:
        from crmcli.query.computed import (  # noqa: PLC0415 - few questions ask for computed fields
            computed_part,
            computed_value,
        )

        value = computed_value(scope, field, at)
        return computed_part(value, field, part, at) if part else value
    value = value_of(scope, first, at)
    return part_value(scope, value, part, at) if part else value
