"""Fields that completion leaves out: their `show` does not hold once the words typed so far are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.errors import CrmError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.cli.session import Session
    from crmcli.model.record import Fields, Ref
    from crmcli.model.schema import RecordType
    from crmcli.store.book import Book

_FRESH = "new-00000"
"""The id a record in the making is asked under; no real one is like it."""


def left_out(session: Session, ref: Ref, words: Sequence[str], *, moves: bool = False) -> frozenset[str]:
    """Of a record after some words, the first of which names its stage if it `moves`."""
    from crmcli.engines.showing import has_show, hidden_fields  # noqa: PLC0415 - completion only

    book = session.book
    record_type = book.type_of(ref)
    if not has_show(record_type):
        return frozenset()
    fields = _written(book, ref, dict(book.read_record(ref).fields), words)
    if moves and words:
        from crmcli.engines.process import pipeline_of, stage_named  # noqa: PLC0415

        stage = stage_named(pipeline_of(book.setup, record_type, fields), words[0])
        if record_type.stage is not None:
            fields[record_type.stage.name] = stage.name
    return hidden_fields(book, record_type, ref, fields)


def left_out_of_new(session: Session, record_type: RecordType, given: Sequence[str]) -> frozenset[str]:
    """The same for a record in the making."""
    from crmcli.engines.showing import has_show, hidden_fields  # noqa: PLC0415 - completion only
    from crmcli.model.record import Ref as RecordRef  # noqa: PLC0415

    if not has_show(record_type):
        return frozenset()
    ref = RecordRef(record_type.plural, _FRESH)
    return hidden_fields(session.book, record_type, ref, _written(session.book, ref, {}, given))


def _written(book: Book, ref: Ref, fields: Fields, words: Sequence[str]) -> Fields:
    """The fields with what the words say; a word that cannot be read yet says nothing."""
    from crmcli.actions.attach import Copies  # noqa: PLC0415 - completion only
    from crmcli.actions.words import changes_of, is_word  # noqa: PLC0415
    from crmcli.model.record import Record  # noqa: PLC0415
    from crmcli.store.replay import apply_set  # noqa: PLC0415

    for word in filter(is_word, words):
        try:
            for change in changes_of(book, Record(ref, fields), [word], Copies(book)).changes:
                apply_set(fields, change.field, change.to, change.add, change.remove)
        except CrmError:
            continue
    return fields
