"""Which form the cells of a list have: from what the query language knows about a column."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from crmcli.model.schema import Field
from crmcli.reports.cells import FLAG, INTEGER, SPAN, TEXT, Cell, Form, group_digits, plain_number, show_number
from crmcli.text.plain_json import loads

if TYPE_CHECKING:
    from crmcli.model.types.base import FieldType, ValueContext
    from crmcli.query.value_sql import ValueSql

RIGHT = frozenset(["number", "money", "duration"])


def form_of(value: ValueSql, context: ValueContext, zone: tzinfo) -> Form:
    """The form of a column: of its field where it is one, else of its family."""
    if value.field is not None and value.raw:
        return _list_form(value.field, context) if value.many else _field_form(value.field, context)
    if value.many:
        return Form(lambda cell: ", ".join(loads(cell)), loads, lambda cell: ", ".join(loads(cell)))
    return _family_form(value, context, zone)


def _family_form(value: ValueSql, context: ValueContext, zone: tzinfo) -> Form:
    if value.family == "number":
        return INTEGER if value.scale == 1 else scaled(value.scale)
    if value.family == "money":
        return book_money(context.currency)
    if value.family == "month":
        return _field_form(Field("month", "month"), context)
    return {"duration": SPAN, "flag": FLAG, "datetime": moment(zone)}.get(value.family, TEXT)


def scaled(scale: int) -> Form:
    """Cells that count parts of one: millionths of a decimal or percent."""
    return Form(
        lambda cell: plain_number(cell / scale),
        lambda cell: cell / scale,
        lambda cell: show_number(cell / scale),
        right=True,
    )


def book_money(currency: str) -> Form:
    """Cells that are minor units of one currency."""
    from crmcli.model.money import minor_text  # noqa: PLC0415

    return Form(
        lambda cell: f"{minor_text(round(cell), currency)} {currency}",
        lambda cell: {"amount": minor_text(round(cell), currency), "currency": currency},
        lambda cell: f"{group_digits(minor_text(round(cell), currency))} {currency}",
        right=True,
    )


def moment(zone: tzinfo) -> Form:
    """Cells that are UTC instants (`2026-11-20T13:03:11Z`): in the zone, for people to the minute, midnight as a day."""

    def local(cell: Cell) -> datetime:
        return datetime.fromisoformat(cell).astimezone(zone)

    def written(cell: Cell) -> str:
        when = local(cell)
        return when.isoformat(timespec="milliseconds" if when.microsecond else "seconds")

    return Form(
        written,
        written,
        lambda cell: local(cell).strftime("%Y-%m-%d %H:%M").removesuffix(" 00:00"),
    )


def _field_form(field: Field, context: ValueContext) -> Form:
    from crmcli.model.types import type_named  # noqa: PLC0415
    from crmcli.model.types.single import SingleText  # noqa: PLC0415

    kind = type_named(field)
    columns = kind.columns(field)
    if not columns:  # the body of the file: a text of its own column, whole for scripts, its first line for people
        return Form(show=lambda cell: kind.show(cell, field, context))
    plain = isinstance(kind, SingleText) and type(kind).from_index is SingleText.from_index
    several = len(columns) > 1
    if plain and columns[0].sql == "TEXT" and not several:
        stored: Callable[[Cell], str] | None = None
    else:

        def stored(cell: Cell) -> str:
            return kind.from_index(cell if several else (cell,), field, context)

    to_json = _json_of(kind, stored)
    return Form(stored, to_json, _show_of(kind, field, context, stored), right=kind.family in RIGHT)


def _show_of(
    kind: FieldType, field: Field, context: ValueContext, stored: Callable[[Cell], str] | None
) -> Callable[[Cell], str]:
    if stored is None:
        return lambda cell: kind.show(cell, field, context)
    return lambda cell: kind.show(stored(cell), field, context)


JSON_SHAPES = {"money": "money", "flag": "flag", "date": "day", "datetime": "dayOrMoment", "reference": "id"}
JSON_SHAPES_OF_TYPES = {
    "int": "integer",
    "rating": "integer",
    "decimal": "number",
    "percent": "number",
    "month": "month",
    "any": "reference",
}
"""What the values of a field are in JSON, by the name of its type, else by its family; `text` is the stored form."""


def json_shape(kind: FieldType) -> str:
    """What one value of a type is in JSON: a name under `$defs` in docs/reference/scripts.schema.json."""
    return JSON_SHAPES_OF_TYPES.get(kind.name) or JSON_SHAPES.get(kind.family, "text")


def _json_of(kind: FieldType, stored: Callable[[Cell], str] | None) -> Callable[[Cell], Any] | None:
    """JSON keeps numbers, truth and money apart from text; everything else is its stored form."""
    shape = json_shape(kind)
    if shape == "money" and stored is not None:
        return lambda cell: dict(zip(("amount", "currency"), stored(cell).split(" "), strict=False))
    if shape == "flag":
        return bool
    if shape in ("integer", "number") and stored is not None:
        return lambda cell: _number(stored(cell))
    return stored


def _number(text: str) -> int | float:
    """A stored number; a percentage as its fraction."""
    if text.endswith("%"):
        return round(float(text[:-1]) / 100, 8)
    return float(text) if "." in text else int(text)


def _list_form(field: Field, context: ValueContext) -> Form:
    """Cells that are a JSON array of stored values."""
    from crmcli.model.types import type_named  # noqa: PLC0415

    kind = type_named(field)

    def shown(cell: Cell) -> str:
        return ", ".join(kind.show(item, field, context) for item in loads(cell))

    def typed(cell: Cell) -> list[object]:
        return [json_of_stored(item, field, context) for item in loads(cell)]

    of_text = json_shape(kind) not in ("money", "flag", "integer", "number")
    return Form(lambda cell: ", ".join(loads(cell)), loads if of_text else typed, shown)


def json_of_stored(stored: str, field: Field, context: ValueContext) -> object:
    """One value of a field from its stored form; one that the field cannot hold as it stands."""
    from crmcli.model.types import type_named  # noqa: PLC0415
    from crmcli.model.types.base import ValueRefused  # noqa: PLC0415

    kind = type_named(field)
    try:
        cells = kind.index(kind.check(stored, field, context), field, context)
    except ValueRefused:
        return stored
    form = _field_form(field, context).json
    cell = cells if len(cells) > 1 else cells[0]
    return form(cell) if form else cell
