"""Whether a value that a record was made with is what its field's default gives."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.model.ids import ulid_milliseconds
from crmcli.model.keys import value_of
from crmcli.model.record import Fields, Ref
from crmcli.model.types import type_named
from crmcli.model.types.base import ValueRefused
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
    from crmcli.engines.form import is_path  # noqa: PLC0415 - only fields with a default

    if field.default == "me" and field.reference:
        return same(made.by, value)
    if not field.default.startswith("("):
        moments = (ulid_milliseconds(made.id) / 1000, datetime.fromisoformat(made.at).timestamp())
        return any(same(_literal(book, field, moment), value) for moment in moments)
    if not is_path(book, record_type, field):
        return True
    path = field.default.strip("() ").split(".")
    return same(_followed(book, record_type, made.record or {}, path, instant(made.at)), value)


def _literal(book: Book, field: Field, moment: float) -> Value | None:
    """What a literal default means at a moment: `today` is another day by now; None where nobody can read it any more."""
    context = book.context._replace(now=datetime.fromtimestamp(moment, book.zone))
    try:
        stored = type_named(field).parse(field.default, field, context)
    except (ValueRefused, CrmError):  # a reference to a record that is gone
        return None
    return [stored] if field.many else stored


def _followed(book: Book, record_type: RecordType, fields: Fields, path: list[str], at: str) -> Value | None:
    """The value at the end of a path through references, each record as it was at a moment."""
    *steps, last = path
    for step in steps:
        target = value_of(record_type.fields[step], fields)
        reference = book.setup.types.get(record_type.fields[step].reference)
        if reference is None or not isinstance(target, str):
            return None
        ref = Ref(reference.plural, target)
        record_type, fields = reference, replay_at(events_of(book, ref), at).get(str(ref), {})
    return value_of(record_type.fields[last], fields)
