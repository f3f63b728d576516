"""Which fields of a record there is no use in asking for or showing: those whose `show` does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.engines.conditions import ALWAYS, SHOW, Conditions, ConditionWrongError, holding, text_of
from crmcli.model.keys import value_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmcli.model.record import Ref, Value
    from crmcli.model.schema import RecordType
    from crmcli.store.book import Book


def has_show(record_type: RecordType) -> bool:
    """Whether a field of the type is shown under a condition."""
    return any(text_of(field, SHOW) not in ("", ALWAYS) for field in record_type.fields.values())


def hidden_fields(
    book: Book, record_type: RecordType, ref: Ref, fields: Mapping[str, Value] | None = None
) -> frozenset[str]:
    """The empty fields whose `show` does not hold on a record; with `fields`, as it would be with these.

    Costs nothing where the type has no such condition. `show` never stands in the way of writing, so one that cannot be
    read hides nothing.
    """
    if not has_show(record_type):
        return frozenset()
    try:
        conditions = Conditions(book).of(record_type, SHOW, planned=fields is not None)
    except ConditionWrongError:
        return frozenset()
    if fields is None:
        held = [bool(holding(book, record_type, condition.sql, [ref.id])) for condition in conditions]
        fields = book.read_record(ref).fields
    else:
        from crmcli.store.index.planned import PlannedRow, planned_state  # noqa: PLC0415 - only for what is not there yet

        row = PlannedRow(ref, f"{ref.plural}/{ref.id}.md", dict(fields))
        with planned_state(book.index, [row], (), [ref.plural]):
            held = [bool(holding(book, record_type, condition.sql, [ref.id])) for condition in conditions]
    return frozenset(
        condition.field.name
        for condition, holds in zip(conditions, held, strict=True)
        if not holds and not value_of(condition.field, fields)
    )
