"""Words that change a record: `field=value`, `field+=value`, `+tag`; the stages it may move to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from crmcli.model.schema import label_of
from crmcli.reports.suggest.records import records, subjects, tags
from crmcli.reports.suggest.suggestion import Suggestion, fitting, joined
from crmcli.reports.suggest.values import field_values

if TYPE_CHECKING:
    from crmcli.cli.session import Session
    from crmcli.model.record import Ref
    from crmcli.model.schema import Field, RecordType

SIGNS = ("+", "-")


def who_words(session: Session, typed: str) -> list[Suggestion]:
    """Records; after a comma, for the part behind it. `customer/` narrows to a type."""
    before, comma, part = typed.rpartition(",")
    kind, slash, name = part.partition("/")
    named = [t for t in subjects(session) if kind in (t.name, t.plural)] if slash else None
    if slash and named:
        return joined(f"{before}{comma}{kind}/", records(session, name, named))
    return joined(before + comma, records(session, part))


def new_words(session: Session, typed: str, given: Sequence[str]) -> list[Suggestion]:
    """`crm TYPE add TITLE WORD…`."""
    from crmcli.cli.left_out import left_out_of_new  # noqa: PLC0415

    found = _words(session, subjects(session), typed)
    hidden = left_out_of_new(session, session.record_type, given) if session.noun else frozenset[str]()
    return _shown(found, hidden, typed)


def change_words(session: Session, typed: str, given: Sequence[str]) -> list[Suggestion]:
    """`crm set WHO… WORD…`: who first, then words of that record's type."""
    if not given and typed[:1] not in SIGNS:
        return who_words(session, typed)
    return _of_record(session, typed, given, moves=False)


def move_words(session: Session, typed: str, given: Sequence[str]) -> list[Suggestion]:
    """`crm move WHO… STAGE WORD…`: who first, then where to, then the fields that travel along."""
    if not given:
        return who_words(session, typed)
    from crmcli.errors import CrmError  # noqa: PLC0415

    ref = _record(session, given[-1])
    try:
        stages = (
            fitting(list(_stages_of(session, ref)), typed) if ref else []
        )  # none: the last word is the stage itself
    except CrmError:  # it has no stages
        stages = []
    return stages or _of_record(session, typed, given, moves=True)


def _of_record(session: Session, typed: str, given: Sequence[str], *, moves: bool) -> list[Suggestion]:
    from crmcli.cli.left_out import left_out  # noqa: PLC0415

    ref = _record(session, given[0]) if given else None
    types = [session.book.type_of(ref)] if ref else subjects(session)
    hidden = left_out(session, ref, given[1:], moves=moves) if ref and "=" not in typed else frozenset[str]()
    return _shown(_words(session, types, typed), hidden, typed)


def _record(session: Session, who: str) -> Ref | None:
    """The record that WHO means, of the noun's type where there is one; None for nobody and for several."""
    from crmcli.errors import CrmError  # noqa: PLC0415
    from crmcli.store.who import find_who  # noqa: PLC0415

    types = [session.record_type] if session.noun else None
    try:
        return find_who(session.book, who.partition(",")[0], types)
    except CrmError:
        return None


def _shown(found: list[Suggestion], hidden: frozenset[str], typed: str) -> list[Suggestion]:
    """Without the fields there is no use in asking for."""
    return found if "=" in typed else [hit for hit in found if hit.word.rstrip("=") not in hidden]


def _words(session: Session, types: Sequence[RecordType], typed: str) -> list[Suggestion]:
    name, mark, value = typed.partition("=")
    if mark:
        bare = name.rstrip("+-")
        fields = ((type_, type_.fields[bare]) for type_ in types if bare in type_.fields)
        return joined(name + mark, [hit for type_, field in fields for hit in _values(session, type_, field, value)])
    if typed[:1] in SIGNS:
        return joined(typed[0], tags(session, types, dynamic=False))
    found = [
        Suggestion(f"{field.name}=", _label(session, field))
        for type_ in types
        for field in type_.fields.values()
        if _typed(field)
    ]
    return found if typed else [*found, *joined("+", tags(session, types, dynamic=False))]


def _values(session: Session, record_type: RecordType, field: Field, typed: str) -> list[Suggestion]:
    head, comma, part = typed.rpartition(",") if field.many else ("", "", typed)
    given = set(head.split(","))
    found = field_values(session, record_type, field, part, days=field.type != "month")
    return joined(head + comma, [hit for hit in found if hit.word not in given])


def _typed(field: Field) -> bool:
    return not field.calc and field.type not in ("stage", "markdown")


def _label(session: Session, field: Field) -> str:
    return label_of(field.label, session.book.setup.config.language, field.type)


def _stages_of(session: Session, ref: Ref) -> Iterator[Suggestion]:
    """The stages a record may move to; raises where its type has none."""
    from crmcli.engines.process import allowed_moves, pipeline_of, present_stage, stage_label  # noqa: PLC0415

    book = session.book
    record_type = book.type_of(ref)
    fields = book.read_record(ref).fields
    pipeline = pipeline_of(book.setup, record_type, fields)
    for name in allowed_moves(pipeline, present_stage(pipeline, record_type, fields)):
        yield Suggestion(name, stage_label(pipeline.stages[name], book.setup.config.language))
