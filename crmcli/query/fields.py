"""A name → the column it stands for: the type's own fields, then built-in ones, then labels and old names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.schema import Field, label_of
from crmcli.query.env import LOG, MOVES, RECORD, ROWS
from crmcli.query.failures import QueryError
from crmcli.query.place import of_name
from crmcli.query.sql import quoted_text, table
from crmcli.query.value_sql import ValueSql

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmcli.model.schema import RecordType
    from crmcli.query.env import QueryEnv, Scope
    from crmcli.query.place import Place

MILLIONTHS = 1_000_000
BUILT_IN = (
    "id", "type", "tags", "keys", "aliases", "created", "archived", "by", "via", "touched", "next_due", "closed",
    "stage_since", "stage_days", "late", "is",
)  # fmt: skip
"""Fields that every type has; `is` asks for states and has no value."""

ITSELF = ""
"""The name of what a path that ends in a collection ends at: the element itself."""


class UnknownFieldError(QueryError):
    """No field of the type has this name or label; `others` are further names that would do."""

    def __init__(self, name: str, record_type: RecordType, at: Place, others: Iterable[str] = ()) -> None:
        from crmcli.text.nearest import nearest  # noqa: PLC0415 - only on the way to a refusal

        collections = list(others)
        near = next(iter(nearest(name, [*_speakable(record_type), *collections])), "")
        hint = f"did you mean `{near}`? " if near else ""
        file = "" if near in collections else record_type.path
        adding = f'a line `{name} = {{ type = "text" }}` under [fields] in {file} makes one' if file else ""
        super().__init__(
            f"{record_type.name} has no field `{name}`",
            of_name(at, name),
            hint=(hint + adding).strip(),
            expected=f"a field of {record_type.name}",
            nearest=near,
        )


class NoValueError(QueryError):
    """A name stands for several things, where one value is expected."""

    def __init__(self, name: str, type_name: str, at: Place) -> None:
        super().__init__(
            f"`{name}` of a {type_name} are several, and have no one value",
            at,
            hint=f"count({name}) counts them, sum({name}.FIELD) adds up; last({name}.FIELD) is the latest",
        )


class UnknownPartError(QueryError):
    """A field is neither a reference nor has it a part of this name."""

    def __init__(self, field: str, part: str, parts: list[str], at: Place) -> None:
        said = f"its parts are {', '.join(parts)}" if parts else "it has no parts and points at no record"
        super().__init__(f"`{field}` has no part `{part}`", of_name(at, part), hint=said, expected=" or ".join(parts))


def _speakable(record_type: RecordType) -> list[str]:
    built_in = () if record_type.embedded else BUILT_IN
    return [*record_type.fields, *(name for name in built_in if name != "is")]


def find_field(record_type: RecordType, name: str) -> Field | None:
    """The type's field of that name, else of that label in any language, else the one that was called so."""
    own = record_type.fields.get(name)
    if own or name in BUILT_IN:
        return own
    fields = record_type.fields.values()
    labelled = (f for f in fields if name in f.label.values())
    return next(labelled, None) or next((f for f in fields if name in f.was), None)


def is_field(record_type: RecordType, name: str) -> bool:
    """Whether `name` alone names a field, built in or the type's own."""
    return name in BUILT_IN or find_field(record_type, name) is not None


def knows(scope: Scope, name: str) -> bool:
    """Whether `name` alone names a value in a scope: a given one, a field, built in or the type's own."""
    return name in scope.env.given or name in built_in_names(scope) or find_field(scope.type, name) is not None


def built_in_names(scope: Scope) -> tuple[str, ...]:
    """The built-in fields of what a scope stands at."""
    return BUILT_IN if scope.source == RECORD else {ROWS: ("pos",), LOG: ("id",), MOVES: ()}[scope.source]


def value_of(scope: Scope, name: str, at: Place) -> ValueSql:
    """The value of a field, by name, in the scope's table; computed fields are the caller's."""
    given = scope.env.given.get(name)
    if given is not None:
        return given
    field = find_field(scope.type, name)
    if field is not None:
        return field_value(scope, field, at)
    if name == ITSELF:
        return itself(scope)
    if name in built_in_names(scope) and name != "is":
        if scope.source != RECORD:
            family, text = ("number" if name == "pos" else "text"), scope.column(name)
            return ValueSql(text, family=family, label=name, alias=scope.alias, sort=text)
        from crmcli.query.built_in import built_in_value  # noqa: PLC0415 - most questions ask for the type's own fields

        return built_in_value(scope, name, at)
    from crmcli.query.pointing import collection_names  # noqa: PLC0415 - names that are no field
    from crmcli.query.steps import step_of  # noqa: PLC0415

    step = step_of(scope, name)
    if step is not None and step.many:
        raise NoValueError(name, scope.type.name, at)
    if step is not None:
        return step.reference(scope)
    raise UnknownFieldError(name, scope.type, at, collection_names(scope))


def itself(scope: Scope) -> ValueSql:
    """What a collection ends at: the record, as a reference to it; a row or line has only its being there."""
    text = scope.column("id")
    if scope.source != RECORD:
        return ValueSql(text, family="none", label=scope.type.name, alias=scope.alias)
    return ValueSql(
        text,
        family="reference",
        label=scope.type.name,
        reference=scope.type.name,
        alias=scope.alias,
        shown=scope.column("_title"),
        sort=scope.column("_fold"),
    )


def field_value(scope: Scope, field: Field, at: Place) -> ValueSql:
    """The value of one of the type's own stored fields."""
    from crmcli.model.types import type_named  # noqa: PLC0415 - a list of built-in columns needs no field type

    if field.embedded:
        raise NoValueError(field.name, scope.type.name, at)
    if scope.source in (LOG, MOVES):
        from crmcli.query import journal  # noqa: PLC0415 - only questions about the log

        return journal.line_value(scope, field) if scope.source == LOG else journal.move_value(scope, field)
    kind = type_named(field)
    suffixes = [part.suffix for part in kind.columns(field)] or [""]
    many = is_list(field)
    raw = tuple(scope.column(field.name + suffix) for suffix in ([""] if many else suffixes))
    value = ValueSql(
        raw[0],
        family=family_of(field, kind.family),
        label=label_of(field.label, scope.setup.config.language, field.name),
        scale=scale_of(field, scope.env),
        field=field,
        many=many,
        reference=field.reference,
        matches="via" if field.name == "via" and scope.type.embedded == "journal" else kind.matches,
        raw=raw,
        alias=scope.alias,
    )
    return value if many else _completed(scope, value, field)


def _completed(scope: Scope, value: ValueSql, field: Field) -> ValueSql:
    """Add what depends on the family: the column to compare, what to show, what to sort by."""
    if field.type == "money":
        return value._replace(text=scope.column(f"{field.name}.book"))
    if field.reference:
        return value._replace(
            shown=title_of(scope.env, field.reference, value.text),
            sort=title_of(scope.env, field.reference, value.text, "_fold"),
        )
    if field.type == "stage":
        return value._replace(sort=scope.column("_ord"))
    if field.type == "period":  # one end may be open, so that neither column alone says whether there is one
        return value._replace(text=f"COALESCE({', '.join(value.raw)})")
    if field.options:
        return value._replace(sort=ordinal(value.text, [option.name for option in field.options]))
    if scope.source == RECORD and field.name == scope.type.title and value.family == "text":
        fold = scope.column("_fold")
        return value._replace(folded=f"CASE WHEN {value.text} IS NOT NULL THEN {fold} END", sort=fold)
    if value.family == "text":
        return value._replace(sort=f"lower({value.text})")
    return value


def family_of(field: Field, family: str) -> str:
    """The family the language sees: lengths and months are their own."""
    return field.type if field.type in ("duration", "month") else family


def is_list(field: Field) -> bool:
    """Whether the field's values are rows of `items`."""
    return field.many or field.type == "checklist"


def scale_of(field: Field, env: QueryEnv) -> int:
    """How many units of the column make 1."""
    if field.type in ("decimal", "percent"):
        return MILLIONTHS
    return money_scale(env) if field.type == "money" else 1


def money_scale(env: QueryEnv) -> int:
    """The minor units of the book's currency."""
    from crmcli.model.money import decimals  # noqa: PLC0415 - only for money

    return int(10 ** decimals(env.setup.config.currency))


def part_value(scope: Scope, value: ValueSql, part: str, at: Place) -> ValueSql:
    """A part of a field that has several columns: `amount.currency`, `terms.end`, `address.city`."""
    from crmcli.model.types import type_named  # noqa: PLC0415

    field = value.field
    if value.family == "stage" and scope.source == RECORD and part in STAGE_PARTS:
        return _stage_part(scope, value, part)
    columns = (
        {}
        if field is None or value.many or scope.source in (LOG, MOVES)
        else {c.suffix[1:]: c for c in type_named(field).columns(field) if c.suffix}
    )
    if field is None or part not in columns:
        raise UnknownPartError(field.name if field else value.label, part, list(columns), at)
    text = scope.column(f"{field.name}.{part}")
    label = f"{value.label} {part}"
    if value.family == "period":
        return ValueSql(text, family="date", label=label, raw=(text,), alias=scope.alias)
    if columns[part].sql == "TEXT":
        coded = part in CODED
        return ValueSql(
            text,
            label=label,
            field=Field(part, part) if coded else None,
            matches="equal" if coded else "contains",
            raw=(text,),
            sort=f"lower({text})",
            alias=scope.alias,
        )
    return ValueSql(text, family="number", label=label, scale=value.scale, raw=(text,), alias=scope.alias)


CODED = frozenset(["currency", "country"])
"""Parts that are codes of the type of their name: equal, in any notation."""
STAGE_PARTS = {"odds": ("number", MILLIONTHS), "category": ("text", 1), "label": ("text", 1), "rot": ("duration", 1)}
"""What a pipeline says of a stage, as parts of a stage field: family and scale."""


def _stage_part(scope: Scope, value: ValueSql, part: str) -> ValueSql:
    family, scale = STAGE_PARTS[part]
    own = f"s.pipeline = {scope.column('_pipeline')} AND s.stage = {value.text}"
    text = f"(SELECT s.{part} FROM stages s WHERE {own})"
    return ValueSql(text, family=family, label=f"{value.label} {part}", scale=scale, sort=text, alias=scope.alias)


def ordinal(text: str, names: Iterable[str]) -> str:
    """SQL for the place of a name in a list, from 0."""
    cases = " ".join(f"WHEN {quoted_text(name)} THEN {place}" for place, name in enumerate(names))
    return f"CASE {text} {cases} END"


def title_of(env: QueryEnv, reference: str, text: str, what: str = "_title") -> str:
    """SQL for the title (or `_fold`) of the record that the reference `text` points at."""
    target = env.setup.types.get(reference)
    if target is not None:
        return f"(SELECT x.{what} FROM {table(target.plural)} x WHERE x.id = {text})"
    cases = [
        f"WHEN substr({text}, 1, {len(t.plural) + 1}) = {quoted_text(t.plural + '/')} "
        f"THEN (SELECT x.{what} FROM {table(t.plural)} x WHERE x.id = substr({text}, {len(t.plural) + 2}))"
        for t in env.setup.types.values()
        if not t.embedded
    ]
    return f"CASE {' '.join(cases)} END" if cases else "NULL"
