"""Computed fields (`calc`): their expression stands in their place, so they are right at any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.schema import label_of
from crmcli.query.failures import NotYetError, QueryError
from crmcli.query.fields import family_of, scale_of
from crmcli.query.parser import parse
from crmcli.query.tree import Literal
from crmcli.query.values import value_at

if TYPE_CHECKING:
    from crmcli.model.schema import Field
    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.value_sql import ValueSql


class ComputedCycleError(QueryError):
    """Computed fields that need each other."""

    def __init__(self, names: list[str], at: Place) -> None:
        super().__init__(
            f"computed fields need each other: {' → '.join(names)}", at, hint="change one `calc` in the schema"
        )


def computed_value(scope: Scope, field: Field, at: Place) -> ValueSql:
    """The value of a computed field, in the family and unit its type says."""
    name = f"{scope.type.name}.{field.name}"
    if name in scope.run.unfolding:
        raise ComputedCycleError([*scope.run.unfolding, name], at)
    tree = parse(field.calc)
    if isinstance(tree, Literal) and tree.kind == "string":
        raise NotYetError(f"`{field.name}`, a text made of other fields,", at)
    scope.run.unfolding.append(name)
    value = value_at(scope, tree)
    scope.run.unfolding.pop()
    return _typed(value, field, scope)._replace(
        label=label_of(field.label, scope.setup.config.language, field.name), raw=(), field=field
    )


def _typed(value: ValueSql, field: Field, scope: Scope) -> ValueSql:
    """Numbers as money, percent and the like where the field says so."""
    from crmcli.model.types import type_named  # noqa: PLC0415

    family, scale = family_of(field, type_named(field).family), scale_of(field, scope.env)
    if value.family == family and value.scale == scale:
        return value
    if family in ("money", "number") and value.family in ("money", "number"):
        return value._replace(text=f"({value.text} * {scale / value.scale!r})", family=family, scale=scale)
    return value
