"""The events of one field: who changed it, or what it is worked out from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.record import BODY, SYSTEM_FIELDS
from crmcli.model.schema import Field
from crmcli.reports.expression_parts import own_fields

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmcli.model.event import Event
    from crmcli.model.record import Value
    from crmcli.model.schema import RecordType

WHOLE = frozenset(["create", "restore", "delete"])


class Asked(NamedTuple):
    """A field somebody asks about: its name, and every key that files and journal have it under.

    `field` is None for a key without a schema. Of a computed field `keys` are those of the fields it is worked out from.
    """

    name: str
    keys: tuple[str, ...]
    field: Field | None = None


def asked_field(record_type: RecordType, name: str, known: Iterable[str] = ()) -> Asked:
    """What a typed name means; `known` are keys the record has or had. Raises `FieldUnknownError` (exit 2)."""
    from crmcli.engines.form import field_of  # noqa: PLC0415 - shares its imports with whoever words values

    if name in SYSTEM_FIELDS or (name in known and name not in record_type.fields):
        former = next((field for field in record_type.fields.values() if name in field.was), None)
        if former is None:
            return Asked(name, (name,))
    field = field_of(record_type, name)
    return Asked(field.name, keys_of(record_type, field), field)


def keys_of(record_type: RecordType, field: Field) -> tuple[str, ...]:
    """The keys under which a field's value stands, the present one first."""
    if field.calc:
        parts = [record_type.fields[name] for name in own_fields(record_type, field)]
        return tuple(dict.fromkeys(key for part in parts for key in keys_of(record_type, part)))
    if field.type == "markdown":
        return (BODY, *field.was)
    return (field.name, *field.was)


def of_field(events: Iterable[Event], keys: Iterable[str]) -> list[Event]:
    """The events that gave the field a value or took it away, each as a change of that field alone."""
    wanted = set(keys)
    found = []
    for event in events:
        if event.do in WHOLE:
            found += [_part(event, key) for key in keys if (event.record or {}).get(key)]
        elif event.field in wanted:
            found.append(event)
    return found


def _part(event: Event, key: str) -> Event:
    """What a whole record coming or going did to one field."""
    value: Value | None = (event.record or {}).get(key)
    gone = event.do == "delete"
    return event._replace(field=key, from_=value if gone else None, to=None if gone else value)
