"""Whether a value that a record was made with is what its field's default gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.model.record import Fields, Ref
from crmcli.store.drift import events_of
from crmcli.store.replay import instant, replay_at, same

if TYPE_CHECKING:
    from crmcli.model.event import Event
    from crmcli.model.record import Value
    from crmcli.model.schema import Field, RecordType
    from crmcli.store.book import Book


def gave(book: Book, record_type: RecordType, field: Field, made: Event, value: Value | None) -> bool:
    """Whether the default gives `value` for the record that `made` began: a literal, or a path followed as things stood then.

    Of any other expression nobody knows any more what it gave; it counts as having given the value.
    """
    from crmcli.engines.form import default_of, is_path  # noqa: PLC0415 - only fields with a default

    if field.default == "me":
        return same(made.by, value)
    if not field.default.startswith("("):
        try:
            literal = default_of(book, record_type, field, made.record or {})
        except CrmError:  # a reference to a record that is gone
            return False
        return same([literal] if field.many else literal, value)
    if not is_path(book, record_type, field):
        return True
    path = field.default.strip("() ").split(".")
    return same(_followed(book, record_type, made.record or {}, path, instant(made.at)), value)


def _followed(book: Book, record_type: RecordType, fields: Fields, path: list[str], at: str) -> Value | None:
    """The value at the end of a path through references, each record as it was at a moment."""
    *steps, last = path
    for step in steps:
        target = fields.get(step)
        reference = book.setup.types.get(record_type.fields[step].reference)
        if reference is None or not isinstance(target, str):
            return None
        ref = Ref(reference.plural, target)
        record_type, fields = reference, replay_at(events_of(book, ref), at).get(str(ref), {})
    return fields.get(last)
