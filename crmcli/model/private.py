"""What the schema marks `private`: it goes into no export and to no hook unless somebody asks for it."""

from __future__ import annotations

from collections.abc import Mapping

from crmcli.model.record import BODY, Value
from crmcli.model.schema import RecordType


def private_names(record_type: RecordType) -> frozenset[str]:
    """Every key under which a record has a private field: its name, those it had before, that of the text below the rest."""
    fields = [field for field in record_type.fields.values() if field.private]
    names = {name for field in fields for name in (field.name, *field.was)}
    return frozenset(names | {BODY} if any(field.type == "markdown" for field in fields) else names)


def has_private_title(record_type: RecordType) -> bool:
    """Whether what records are called is private: they are then called by their ids."""
    return record_type.title in private_names(record_type)


def private_in_rows(record_type: RecordType, name: str, types: Mapping[str, RecordType]) -> frozenset[str]:
    """The private columns of the rows that the field called `name` has, now or before; none of other fields."""
    field = next((one for one in record_type.fields.values() if name in (one.name, *one.was)), None)
    rows = types.get(field.type) if field is not None and field.embedded else None
    return private_names(rows) if rows else frozenset()


def without_private(value: Value | None, hidden: frozenset[str]) -> Value | None:
    """Rows as files have them without some columns; a row that cannot be read says nothing."""
    if value is None or not hidden:
        return value
    return [_without(row, hidden) for row in value] if isinstance(value, list) else _without(value, hidden)


def _without(row: str, hidden: frozenset[str]) -> str:
    from crmcli.text.flow import parse_flow_map  # noqa: PLC0415 - few types have rows, fewer private columns
    from crmcli.text.yaml_write import render_flow_map  # noqa: PLC0415

    cells = parse_flow_map(row, empty=True)
    return "" if cells is None else render_flow_map({name: cell for name, cell in cells.items() if name not in hidden})
