"""Computed fields (`calc`): their expression stands in their place, so they are right at any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.schema import label_of
from crmcli.query.failures import QueryError
from crmcli.query.fields import family_of, ordinal, scale_of
from crmcli.query.inline import inlined
from crmcli.query.parser import parse
from crmcli.query.sql import quoted_text
from crmcli.query.tree import Arith, Literal, Path
from crmcli.query.values import value_at

if TYPE_CHECKING:
    from crmcli.model.schema import Field
    from crmcli.query.env import Scope
    from crmcli.query.place import Place
    from crmcli.query.tree import Expr
    from crmcli.query.value_sql import ValueSql

NUMBERS = frozenset(["number", "money"])
TEXTS = frozenset(["text", "word", "choice", "stage"])
MOST_LETTERS = 200_000
"""Of the SQL of one computed field with all that it is made of."""


class ComputedCycleError(QueryError):
    """Computed fields that need each other."""

    def __init__(self, names: list[str], at: Place) -> None:
        super().__init__(
            f"computed fields need each other: {' → '.join(names)}", at, hint="change one `calc` in the schema"
        )
        self.names = names


class ComputedKindError(QueryError):
    """A computed field's expression gives something its type cannot hold."""

    def __init__(self, field: Field, family: str, tree: Expr) -> None:
        from crmcli.query.operators.unfit import KINDS  # noqa: PLC0415 - only on the way to a refusal

        super().__init__(
            f"`{field.name}` is of type {field.type}, and its `calc` gives {KINDS.get(family, family)}",
            tree.at,
            hint="change its `type` or its `calc` in the schema",
        )


class ComputedTooLongError(QueryError):
    """A computed field that unfolds without end in sight: each of a chain that names the one before it twice doubles it."""

    def __init__(self, name: str, at: Place) -> None:
        super().__init__(
            f"`{name}` unfolds too far: it is made of computed fields that are made of others, again and again",
            at,
            hint="change its `calc` in the schema: name each of them once, or fewer",
        )


def computed_value(scope: Scope, field: Field, at: Place) -> ValueSql:
    """The value of a computed field, in the family and unit its type says; without parameters."""
    name = f"{scope.type.name}.{field.name}"
    if name in scope.run.unfolding:
        raise ComputedCycleError([*scope.run.unfolding, name], at)
    key = (name, scope.alias, scope.env.grouped)
    if key not in scope.run.computed:
        scope.run.computed[key] = _unfolded(scope, field, name)
    return scope.run.computed[key]


def _unfolded(scope: Scope, field: Field, name: str) -> ValueSql:
    tree = parse(field.calc)
    scope.run.unfolding.append(name)
    try:
        value = inlined(_typed(scope.at_hand(), field, tree))
    finally:
        scope.run.unfolding.pop()
    if len(value.text) > MOST_LETTERS:
        raise ComputedTooLongError(field.name, tree.at)
    label = label_of(field.label, scope.setup.config.language, field.name)
    return _readable(
        scope, value._replace(label=label, field=field, alias=scope.alias, number=None, word="", written="")
    )


def _typed(scope: Scope, field: Field, tree: Expr) -> ValueSql:
    """The value in the family and unit of the field; numbers and amounts are rounded here, and only here."""
    from crmcli.model.types import type_named  # noqa: PLC0415

    if isinstance(tree, Literal) and tree.kind == "string":
        from crmcli.query.template import template_value  # noqa: PLC0415 - few computed fields are texts

        value = template_value(scope, tree)
    else:
        from crmcli.query.arithmetic import dated  # noqa: PLC0415

        value = dated(value_at(scope, tree))
    kind = type_named(field)
    family, scale = family_of(field, kind.family), scale_of(field, scope.env)
    if family in NUMBERS and value.family in NUMBERS:
        return _number(scope, tree, value, family, scale)
    if family == "duration" and value.family == "duration" and isinstance(tree, Arith) and tree.op in "*/":
        return value._replace(text=f"CAST(round({value.text}) AS INTEGER)")
    if family == "date" and value.family == "datetime":
        from crmcli.query.arithmetic import day_text  # noqa: PLC0415

        text = day_text(scope, value)
        return value._replace(text=text, params=value.params * text.count(value.text), family=family, ends=())
    alike = family == value.family or (family in TEXTS and value.family in TEXTS)
    if not alike or value.many != field.many or value.reference != field.reference:
        raise ComputedKindError(field, value.family, tree)
    return value._replace(family=family, matches=kind.matches)


def _number(scope: Scope, tree: Expr, value: ValueSql, family: str, scale: int) -> ValueSql:
    if isinstance(tree, Path) and (value.family, value.scale) == (family, scale):
        return value
    from crmcli.query.exact import exact_sql  # noqa: PLC0415 - only where a number is worked out

    text, params = exact_sql(scope, tree, value, scale)
    return value._replace(text=text, params=params, family=family, scale=scale, ends=())


def _readable(scope: Scope, value: ValueSql) -> ValueSql:
    """Add the columns a stored field of the type would have, and what to sort by."""
    text = value.text
    if value.reference or value.many:
        return value._replace(raw=(text,))
    raw: tuple[str, ...] = (text,)
    if value.family == "money":
        raw = (text, quoted_text(scope.setup.config.currency), text)
    elif value.family == "duration":
        from crmcli.query.template import written_length  # noqa: PLC0415

        raw = (text, "1" if value.working else "0", written_length(text))
    elif value.family == "period":
        raw = value.raw
    elif value.family == "datetime":
        raw = ()
    sort = f"lower({text})" if value.family == "text" else text
    if value.field is not None and value.field.options:
        sort = ordinal(text, [option.name for option in value.field.options])
    return value._replace(raw=raw, shown="", folded="", sort=sort)


def computed_part(value: ValueSql, field: Field, part: str, at: Place) -> ValueSql:
    """A part of a computed field, as `net.currency`."""
    from crmcli.model.types import type_named  # noqa: PLC0415
    from crmcli.query.fields import UnknownPartError  # noqa: PLC0415 - few ask for one
    from crmcli.query.value_sql import ValueSql as Made  # noqa: PLC0415

    columns = [column.suffix[1:] for column in type_named(field).columns(field)]
    if part not in columns or len(value.raw) != len(columns):
        raise UnknownPartError(field.name, part, [name for name in columns if name and len(value.raw) > 1], at)
    text = f"CASE WHEN {value.text} IS NOT NULL THEN {value.raw[columns.index(part)]} END"
    family = {"book": "number", "working": "number", "start": "date", "end": "date"}.get(part, "text")
    scale = value.scale if part == "book" else 1
    return Made(text, family=family, label=f"{value.label} {part}", scale=scale, raw=(text,), alias=value.alias)
