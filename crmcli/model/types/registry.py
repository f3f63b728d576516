"""Where each field type is: name → module and class, loaded when a field of it is met."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

from crmcli.errors import BadDataError

if TYPE_CHECKING:
    from crmcli.model.schema import Field
    from crmcli.model.types.base import FieldType

_TABLE = {
    "text": "text:Text",
    "markdown": "text:Markdown",
    "json": "text:Json",
    "color": "text:Color",
    "sku": "text:Sku",
    "serial": "text:Serial",
    "int": "number:Int",
    "decimal": "number:DecimalNumber",
    "percent": "number:Percent",
    "rating": "number:Rating",
    "flag": "flag:Flag",
    "duration": "duration:Duration",
    "money": "money:MoneyAmount",
    "currency": "money:Currency",
    "account": "account:Account",
    "date": "calendar:Date",
    "datetime": "calendar:DateTime",
    "time": "time_of_day:TimeOfDay",
    "month": "calendar:Month",
    "period": "period:Period",
    "recurrence": "recurrence:Recurrence",
    "choice": "choice:Choice",
    "checklist": "choice:Checklist",
    "stage": "choice:Stage",
    "pipeline": "choice:Pipeline",
    "any": "reference:AnyReference",
    "email": "web:Email",
    "url": "web:Url",
    "domain": "web:Domain",
    "handle": "handle:Handle",
    "id": "handle:ForeignId",
    "phone": "phone:Phone",
    "address": "address:Address",
    "region": "region:Region",
    "country": "country:Country",
    "language": "language:Language",
    "timezone": "timezone:Timezone",
    "geo": "geo:Geo",
    "taxid": "taxid:TaxId",
    "file": "attachment:File",
    "image": "attachment:Image",
}

TYPE_NAMES = tuple(_TABLE)
"""Every type a field may name, besides record types."""

_REFERENCE = "reference:Reference"
_ROW = "row:Row"


class UnknownFieldTypeError(BadDataError):
    """A field names a type that is neither built in nor a record type."""

    def __init__(self, name: str, type_name: str) -> None:
        super().__init__(f"field `{name}` has the unknown type `{type_name}`", hint=f"types: {', '.join(TYPE_NAMES)}")


def type_named(field: Field) -> FieldType:
    """The type of `field`: embedded rows and references first, for a record type may be called `account`."""
    if field.embedded:
        return _load(_ROW)
    if field.reference == "*":
        return _load(_TABLE["any"])
    if field.reference:
        return _load(_REFERENCE)
    place = _TABLE.get(field.type)
    if place is None:
        raise UnknownFieldTypeError(field.name, field.type)
    return _load(place)


@cache
def _load(place: str) -> FieldType:
    module, _, name = place.partition(":")
    return cast("FieldType", getattr(import_module(f"crmcli.model.types.{module}"), name)())
