"""What a record that was merged away would hold, had it stayed: as it went, with what was told of it since under its own name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.identity.giving_back import take_back
from crmcli.actions.identity.names import PresentNames
from crmcli.engines.files import FILE, PATH
from crmcli.model.record import Fields, Ref, parse_ref
from crmcli.store.drift import events_of
from crmcli.store.merged import ended_by
from crmcli.store.names import BEGINNINGS
from crmcli.store.replay import differences, replay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.event import Event
    from crmcli.model.schema import RecordType
    from crmcli.store.book import Book


class Alone(NamedTuple):
    """A record's fields, and what its deletion tells of its file where these are those it went with."""

    fields: Fields
    file: dict[str, object]


def alone(book: Book, ref: Ref, names: PresentNames) -> Alone:
    """The record on its own."""
    events = events_of(book, ref)
    begun = max((event.id for event in events if event.do in BEGINNINGS), default="")
    ends = [event for event in events if event.do == "delete" and event.id > begun]
    lived = [event for event in events if event not in ends]
    gone = dict(ends[-1].record or {}) if ends else {}
    fields = replay(lived).get(str(ref), gone)
    if not differences(fields, gone):
        fields = gone
    if ends:
        fields = _without_those_taken_out(book, ref, dict(fields), lived, ends[-1].id, names)
    more = ends[-1].more if ends and not differences(fields, gone) else {}
    path = {PATH: ends[-1].more[PATH]} if ends and PATH in ends[-1].more else {}
    return Alone(fields, path | {name: more[name] for name in (FILE,) if name in more})


def row_keys(record_type: RecordType) -> frozenset[str]:
    """The keys of a type's fields of rows."""
    return frozenset(key for f in record_type.fields.values() if f.embedded for key in (f.name, *f.was))


def _without_those_taken_out(
    book: Book, ref: Ref, fields: Fields, lived: Sequence[Event], end: str, names: PresentNames
) -> Fields:
    """Without what records gave it that were one with it and were taken out again after it had gone itself."""
    record_type = book.type_of(ref)
    givers = dict.fromkeys(str(event.more["of"]) for event in lived if "of" in event.more)
    for giver in givers:
        back = [event for event in events_of(book, parse_ref(giver)) if event.do in BEGINNINGS]
        if not back or back[-1].id < end:
            continue
        same = ended_by(book, back[-1])
        if same is not None:
            gifts = [event for event in lived if event.more.get("of") == giver and event.op >= same.op]
            rows = row_keys(record_type)
            fields = take_back(fields, gifts, rows, lambda key, item: names.item(record_type, key, item)).fields
    return fields
