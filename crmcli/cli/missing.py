"""Asking for what a change lacks: on a terminal, a field that must be filled becomes a question instead of a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.engines.form import FieldsMissingError, named, typed_value
from crmcli.errors import CrmError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crmcli.cli.session import Session
    from crmcli.engines.outcome import Outcome
    from crmcli.model.record import Ref
    from crmcli.model.schema import Field, RecordType


def asking(
    session: Session, words: Sequence[str], write: Callable[[list[str]], Outcome], of: Sequence[Ref] = ()
) -> Outcome:
    """Write with `words`; ask for fields that the record must have and lacks, and write with the answers too.

    Raises the refusal where nobody can answer, when an answer stays empty, and when `of` are several records: one answer
    would not be meant for all of them.
    """
    given = list(words)
    while True:
        try:
            return write(given)
        except FieldsMissingError as error:
            answers = _answers(session, error, given) if len(of) < 2 else []
            if not answers:
                raise
            given += answers


def _answers(session: Session, error: FieldsMissingError, given: Sequence[str]) -> list[str]:
    """Words for the missing fields; none where one cannot be asked for, or was given already."""
    record_type = session.book.type_of(error.ref)
    fields = [record_type.fields[name] for name in error.names if name in record_type.fields]
    known = {word.partition("=")[0].rstrip("+-") for word in given}
    asks = session.may_ask and fields and len(fields) == len(error.names)
    if not asks or any(field.embedded or field.name in known for field in fields):
        return []
    session.out.note(str(error))
    answers = []
    for field in fields:
        value = _value(session, record_type, field)
        if not value:
            return []
        answers.append(f"{field.name}={value}")
    return answers


def _value(session: Session, record_type: RecordType, field: Field) -> str:
    """One value: a choice by its number, anything else typed, until it is one the field can hold; "" for an empty answer."""
    from crmcli.cli.questions import DeclinedError, ask_line  # noqa: PLC0415 - only where something is missing
    from crmcli.model.schema import label_of  # noqa: PLC0415

    language = session.book.setup.config.language
    question = named(field, language)
    if field.options:
        labels = [label_of(option.label, language, option.name) for option in field.options]
        try:
            chosen = session.choose(question, labels)
        except DeclinedError:
            return ""
        return "" if chosen is None else field.options[chosen].name
    while answer := ask_line(session, question):
        try:
            typed_value(session.book, record_type, field, answer)
        except CrmError as refusal:
            session.out.note(f"{refusal}; {refusal.hint}" if refusal.hint else str(refusal))
        else:
            return answer
    return ""
