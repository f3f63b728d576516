"""The value of an expression, in the form people type: what `field=(expression)` sets."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from crmcli.model.money import from_minor

if TYPE_CHECKING:
    from crmcli.model.record import Ref
    from crmcli.model.schema import Field, RecordType
    from crmcli.model.types.base import SqlValue
    from crmcli.query.value_sql import ValueSql
    from crmcli.store.book import Book


def computed_value(book: Book, record_type: RecordType, ref: Ref, field: Field, expression: str) -> str | None:
    """What an expression is on a record now, "" for nothing; None when the index has no such record.

    Raises what is wrong with the expression (exit 2).
    """
    from crmcli.query.compile import compile_value  # noqa: PLC0415 - rare

    sql = compile_value(expression, record_type, book.query_env())
    row = book.index.row(f'SELECT {sql.text} FROM "rec_{ref.plural}" r WHERE r.id = ?', (*sql.params, ref.id))  # noqa: S608 - names of the schema
    return None if row is None else _typed(book, ref, field, sql, row[0])


def _typed(book: Book, ref: Ref, field: Field, sql: ValueSql, value: SqlValue) -> str:
    if value is None:
        return ""
    if sql.family == "money":
        return _money(book, ref, field, Decimal(str(value)))
    if sql.family == "number":
        return format((Decimal(str(value)) / sql.scale).normalize(), "f")
    return str(value)


def _money(book: Book, ref: Ref, field: Field, minor: Decimal) -> str:
    """An amount, computed in the book's currency, in that of the field's present value, at the rate it has there."""
    name = field.name
    row = None
    if field.type == "money" and not field.many:
        row = book.index.row(
            f'SELECT "{name}", "{name}.currency", "{name}.book" FROM "rec_{ref.plural}" WHERE id = ?',  # noqa: S608 - names of the schema
            (ref.id,),
        )
    if row is None or row[1] is None or row[1] == book.context.currency or not row[2]:
        return f"{from_minor(int(minor.quantize(Decimal(1))), book.context.currency)} {book.context.currency}"
    own = minor * Decimal(row[0]) / Decimal(row[2])
    return f"{from_minor(int(own.quantize(Decimal(1))), row[1])} {row[1]}"
