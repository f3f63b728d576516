"""The filter of a trigger, asked on the planned state: of the record, and of the line for a log event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from crmcli.engines.hooks.trigger import split_words
from crmcli.model.record import Record
from crmcli.text.fold import fold

if TYPE_CHECKING:
    from crmcli.engines.hooks.header import Hook
    from crmcli.engines.hooks.occurrence import Occurrence
    from crmcli.engines.plan import Planned
    from crmcli.model.schema import RecordType
    from crmcli.store.book import Book

Answers = dict[tuple[str, str, str], bool]
"""Whether a filter holds, by its text, `plural/id` and event id."""

_LINE_WORDS = ("kind", "direction", "text")


def key_of(text: str, occurrence: Occurrence) -> tuple[str, str, str]:
    """Under which an answer is kept."""
    return text, str(occurrence.ref), occurrence.event_id


def answer_filters(
    book: Book, hooks: Iterable[Hook], found: Sequence[Occurrence], records: Sequence[Planned]
) -> Answers:
    """Evaluate every filter of a trigger that might fit, on the planned state of the index, which is then rolled back."""
    wanted = [
        (trigger.filter, occurrence)
        for hook in hooks
        for trigger in hook.triggers
        if trigger.filter
        for occurrence in found
        if trigger.fits(occurrence)
    ]
    if not wanted:
        return {}
    planned = {p.ref: p for p in records}
    answers: Answers = {}
    with book.index.trial() as loader:
        for p in planned.values():
            if p.after is not None:
                loader.put_record(Record(p.ref, p.after), p.path, {})
        for text, occurrence in wanted:
            rest, holds = _line_part(text, occurrence)
            record_type = book.setup.types.get(occurrence.type)
            if holds and rest and record_type is not None:
                holds = _holds(book, rest, record_type, occurrence)
            answers[key_of(text, occurrence)] = holds
    return answers


def _holds(book: Book, text: str, record_type: RecordType, occurrence: Occurrence) -> bool:
    from crmcli.query.compile import compile_filter  # noqa: PLC0415 - only for hooks with a filter
    from crmcli.query.parser import parse  # noqa: PLC0415

    sql = compile_filter(parse(text), record_type, book.query_env())
    rows = book.index.rows_as_it_is(
        f'SELECT 1 FROM "rec_{record_type.plural}" r WHERE r.id = ? AND ({sql.text})',
        (occurrence.ref.id, *sql.params),
    )
    return bool(rows)


def _line_part(text: str, occurrence: Occurrence) -> tuple[str, bool]:
    """Of a log event, `kind:`, `direction:` and `text:` are asked of the line; the rest, of the record."""
    if occurrence.event != "log":
        return text, True
    rest: list[str] = []
    holds = True
    for word in split_words(text) or [text]:
        name, colon, values = word.partition(":")
        if colon and name.lstrip("-") in _LINE_WORDS:
            said = _says(occurrence, name.lstrip("-"), values.split(","))
            holds = holds and said != name.startswith("-")
        else:
            rest.append(word)
    return " ".join(rest), holds


def _says(occurrence: Occurrence, name: str, values: Sequence[str]) -> bool:
    present = str(occurrence.more.get(name) or "")
    if "any" in values or "none" in values:
        return bool(present) == ("any" in values)
    if name == "text":
        return any(fold(value.strip("'\"")) in fold(present) for value in values)
    return present in values
