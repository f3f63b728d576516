"""The value of an expression on a record, as its field stores it: `field=(expression)`, and defaults in parentheses."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, NamedTuple

from crmcli.engines.form import ValueUntypableError
from crmcli.errors import UsageError
from crmcli.model.types import type_named
from crmcli.model.types.base import ValueRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.record import Ref
    from crmcli.model.schema import Field, RecordType
    from crmcli.model.types.base import SqlValue
    from crmcli.query.env import QueryEnv
    from crmcli.query.value_sql import ValueSql
    from crmcli.store.book import Book

_EXACT = Decimal("0.000001")
"""Numbers come from floating point: a millionth is as fine as files hold."""
_PERCENT = Decimal("0.0001")
_WHOLE = ("int", "rating")
_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60))
_TAKES = {
    "number": ("int", "decimal", "percent", "rating", "money"),
    "money": ("money", "int", "decimal"),
    "duration": ("duration",),
    "date": ("date", "datetime", "month"),
    "datetime": ("date", "datetime", "month"),
    "month": ("date", "datetime", "month"),
    "time": ("time",),
    "flag": ("flag",),
}
"""Which field types can hold a value of a family; families that are not here are read as typed text."""
_SPOKEN = {"money": "an amount", "duration": "a length", "flag": "yes or no", "reference": "a record"}
_NOT_TEXT = frozenset(name for names in _TAKES.values() for name in names)


class ExpressionUnfitError(UsageError):
    """An expression whose value is of another kind than its field."""

    def __init__(self, record_type: RecordType, field: Field, expression: str, family: str) -> None:
        article = "an" if field.type[0] in "aeiou" else "a"
        gives = _SPOKEN.get(family, f"a {family}")
        super().__init__(
            f"{record_type.name}.{field.name} holds {article} {field.type}, and ({expression}) gives {gives}",
            hint="give an expression of that kind; a date takes a length, as in (close + 30d)",
        )


class Formula(NamedTuple):
    """An expression compiled for a field. `text` is as written, without its parentheses."""

    type: RecordType
    field: Field
    text: str
    sql: ValueSql | None  # None: the person who writes


def formula_of(
    book: Book, record_type: RecordType, field: Field, expression: str, env: QueryEnv | None = None
) -> Formula:
    """Compile an expression for a field; raises what is wrong with it, or that its value is of another kind (exit 2)."""
    if expression.strip() == "me":
        return Formula(record_type, field, expression, None)
    from crmcli.query.compile import compile_value  # noqa: PLC0415 - few writes compute
    from crmcli.query.parser import parse  # noqa: PLC0415

    sql = compile_value(parse(expression), record_type, env or book.query_env())
    if not _is_fit(sql, field):
        raise ExpressionUnfitError(record_type, field, expression, sql.family)
    return Formula(record_type, field, expression, sql)


def _is_fit(sql: ValueSql, field: Field) -> bool:
    takes = _TAKES.get(sql.family)
    if takes is not None:
        return field.type in takes or (sql.family == "number" and field.type in ("text", "markdown"))
    if _is_same_type(sql, field) or sql.word or sql.family in ("text", "none"):
        return True
    if sql.family == "reference":
        return bool(field.reference)
    return sql.family != "period" and field.type not in _NOT_TEXT


def _is_same_type(sql: ValueSql, field: Field) -> bool:
    return sql.field is not None and sql.field.type == field.type and not sql.field.calc


def ask_formula(book: Book, formula: Formula, ref: Ref) -> list[str] | None:
    """The stored values of a formula on a record of the index, none for an empty one; None without the record.

    Raises `ValueUntypableError` (exit 2) for a value the field cannot hold.
    """
    sql = formula.sql
    if sql is None:
        return [book.me] if book.me and "@" not in book.me else []
    row = book.index.row(_question(formula, ref), (*sql.params, ref.id))
    if row is None:
        return None
    try:
        return _stored(book, formula, ref, sql, tuple(row))
    except ValueRefused as refusal:
        hint = "round(…) makes it whole" if formula.field.type in _WHOLE else refusal.hint
        refusal = ValueRefused(refusal.why, hint)
        typed = f"({formula.text})"
        raise ValueUntypableError(formula.type, formula.field, typed, refusal) from None


def _question(formula: Formula, ref: Ref) -> str:
    sql = formula.sql
    raw = () if sql is None or sql.params else sql.raw
    columns = ", ".join([sql.text if sql else "NULL", *raw])
    return f'SELECT {columns} FROM "rec_{ref.plural}" r WHERE r.id = ?'


def _stored(book: Book, formula: Formula, ref: Ref, sql: ValueSql, row: Sequence[SqlValue]) -> list[str]:
    value, raw, field = row[0], tuple(row[1:]), formula.field
    if value is None and not any(raw):
        return []
    if sql.many:
        items = [read_value(book, field, sql, str(item)) for item in json.loads(str(value))]
        if len(items) > 1 and not field.many:
            raise ValueRefused("it holds one value, and this gives several")
        return items
    if raw and sql.field is not None and _is_same_type(sql, field):
        found = type_named(sql.field).from_index(raw, sql.field, book.context)
        return [type_named(field).check(found, field, book.context)] if found else []
    if value is None:
        return []
    if sql.family == "money" and field.type == "money":
        return [read_value(book, field, sql, _money(book, ref, field, Decimal(str(value))))]
    return [read_value(book, field, sql, typed_text(book, field, sql, value))]


def read_value(book: Book, field: Field, sql: ValueSql, text: str) -> str:
    """What the field stores for a value as people type it; an id stands for its record whatever its title."""
    kind = type_named(field)
    if sql.family == "reference" and field.reference:
        return kind.check(_pointing(book, sql, field, text), field, book.context)
    return kind.parse(text, field, book.context)


def _pointing(book: Book, sql: ValueSql, field: Field, text: str) -> str:
    """A reference in the form its target field has: `plural/id` where any type may be meant."""
    types = book.setup.types
    plural, slash, name = text.rpartition("/")
    kind = plural if slash else types[sql.reference].plural
    if field.reference == "*":
        return f"{kind}/{name}"
    if types[field.reference].plural != kind:
        raise ValueRefused(f"{kind}/{name} is no {field.reference}")
    return name


def typed_text(book: Book, field: Field, sql: ValueSql, value: SqlValue) -> str:
    """A value that an expression has, as a person would type it into the field, "" for none; money in the book's currency."""
    if value is None:
        return ""
    if sql.family == "money" and field.type == "money":
        return _amount(Decimal(str(value)), book.context.currency)
    if sql.family in ("number", "money"):
        return _number(field, Decimal(str(value)) / sql.scale)
    if sql.family == "duration":
        return _length(int(Decimal(str(value)).to_integral_value(ROUND_HALF_EVEN)), working=sql.working)
    if sql.family in ("date", "datetime", "month"):
        return _moment(book, field, str(value))
    if sql.family == "flag":
        return "yes" if value else "no"
    return str(value)


def _number(field: Field, number: Decimal) -> str:
    if field.type == "percent":
        return f"{(number * 100).quantize(_PERCENT, ROUND_HALF_EVEN).normalize():f}%"
    if field.type == "money":
        return format(number, "f")
    return f"{number.quantize(_EXACT, ROUND_HALF_EVEN).normalize():f}"


def _length(seconds: int, *, working: bool) -> str:
    """A length in the largest unit in which it is whole, minutes at least; working time in its hours."""
    if working:
        return f"{round(Decimal(seconds) / 3_600)}wh"
    unit, size = next((u for u in _UNITS if seconds % u[1] == 0), _UNITS[-1])
    return f"{round(Decimal(seconds) / size)}{unit}"


def _moment(book: Book, field: Field, text: str) -> str:
    """A day, or an instant of the index in the book's zone."""
    if "T" not in text:
        return text[:7] if field.type == "month" else text
    local = datetime.fromisoformat(text).astimezone(book.zone)
    if field.type == "datetime":
        return local.isoformat()
    return local.date().isoformat()[: 7 if field.type == "month" else 10]


def _money(book: Book, ref: Ref, field: Field, minor: Decimal) -> str:
    """An amount, computed in the book's currency, in that of the field's present value, at the rate it has there."""
    name, currency = field.name, book.context.currency
    row = None
    if not (field.many or field.calc):
        row = book.index.row(
            f'SELECT "{name}", "{name}.currency", "{name}.book" FROM "rec_{ref.plural}" WHERE id = ?',
            (ref.id,),
        )
    if row is not None and row[1] is not None and row[1] != currency and row[2]:
        minor, currency = minor * Decimal(row[0]) / Decimal(row[2]), str(row[1])
    return _amount(minor, currency)


def _amount(minor: Decimal, currency: str) -> str:
    from crmcli.model.money import decimals  # noqa: PLC0415 - only for money

    whole = minor.quantize(Decimal(1), ROUND_HALF_EVEN)
    return f"{whole.scaleb(-decimals(currency)):f} {currency}"
