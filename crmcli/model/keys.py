"""Under which key a record has a field: its present name, or a former one (`was`) that its file still uses."""

from __future__ import annotations

from collections.abc import Mapping

from crmcli.model.record import BODY, Fields, Value
from crmcli.model.schema import Field, RecordType


def stored_name(field: Field) -> str:
    """The key a field has in stored values: the Markdown body is always `body`."""
    return BODY if field.type == "markdown" else field.name


def key_of(field: Field, fields: Mapping[str, Value]) -> str:
    """The key under which a record has a field; its present name where it is empty."""
    name = stored_name(field)
    if not field.was or fields.get(name):
        return name
    return next((former for former in field.was if fields.get(former)), name)


def value_of(field: Field, fields: Mapping[str, Value]) -> Value | None:
    """What a record says of a field, under its name or a former one; None for nothing."""
    return fields.get(key_of(field, fields)) or None


def field_under(record_type: RecordType, key: str) -> Field | None:
    """The field that a key of a record stands for; None for a key the schema does not know."""
    fields = record_type.fields
    return fields.get(key) or next(
        (field for field in fields.values() if key in (stored_name(field), *field.was)), None
    )


def former_keys(record_type: RecordType, fields: Mapping[str, Value]) -> dict[str, str]:
    """The fields that a record has under a former name, by their present one (`stored_name`)."""
    renamed = (field for field in record_type.fields.values() if field.was)
    found = {stored_name(field): key_of(field, fields) for field in renamed}
    return {name: key for name, key in found.items() if name != key}


def by_field(record_type: RecordType, fields: Mapping[str, Value]) -> Fields:
    """What a record says, under the present names of its fields."""
    former = {key: name for name, key in former_keys(record_type, fields).items()}
    return {former.get(key, key): value for key, value in fields.items()}
