"""The value of an expression, in the form people type: what `field=(expression)` sets."""

from __future__ import annotations

from decimal import Decimal

from crmcli.model.money import from_minor
from crmcli.model.types.base import SqlValue, ValueContext


def typed_result(value: SqlValue, family: str, context: ValueContext) -> str:
    """Write a result of the index as a typed value: money in the book's currency, fractions as plain decimals."""
    if value is None:
        return ""
    if family == "money":
        exact = Decimal(str(value)).quantize(Decimal(1))
        return f"{from_minor(int(exact), context.currency)} {context.currency}"
    if isinstance(value, float):
        return format(Decimal(str(value)).normalize(), "f")
    return str(value)
