"""The filter of a trigger, asked on the planned state: of the record, and of the line for a log event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from crmcli.engines.hooks.trigger import split_words
from crmcli.errors import BadDataError
from crmcli.model.problem import Problem
from crmcli.text.fold import fold

if TYPE_CHECKING:
    from crmcli.engines.hooks.header import Hook
    from crmcli.engines.hooks.occurrence import Occurrence
    from crmcli.engines.plan import Planned
    from crmcli.errors import CrmError
    from crmcli.model.event import Event
    from crmcli.query.sql import Sql
    from crmcli.store.book import Book

Answers = dict[tuple[str, str, str], bool]
"""Whether a filter holds, by its text, `plural/id` and event id."""

_LINE_WORDS = ("kind", "direction", "text")


class HookFilterError(BadDataError):
    """A hook's filter that cannot be asked: whether the hook is concerned is not known, so nothing is written."""

    def __init__(self, hook: Hook, error: CrmError) -> None:
        super().__init__(
            f"{hook.path}: its filter cannot be asked: {error}",
            hint=f"mend its header; without its executable bit (chmod -x {hook.path}) it is not asked",
        )


def key_of(text: str, occurrence: Occurrence) -> tuple[str, str, str]:
    """Under which an answer is kept."""
    return text, str(occurrence.ref), occurrence.event_id


def answer_filters(
    book: Book, hooks: Iterable[Hook], found: Sequence[Occurrence], records: Sequence[Planned], events: Sequence[Event]
) -> Answers:
    """Answer every filter of a trigger that might fit, in the whole language, on the planned state.

    Each is compiled once a type and asked once for all its records. A record that is to be deleted is asked as it was.
    Raises `HookFilterError` (exit 6). Without a filter nothing is tried.
    """
    answers: Answers = {}
    questions: dict[tuple[str, str], Sql] = {}
    open_ones: list[tuple[str, Occurrence, tuple[str, str]]] = []
    for hook, text, occurrence in _wanted(hooks, found):
        rest, holds = _line_part(text, occurrence)
        answers[key_of(text, occurrence)] = holds
        if holds and rest and occurrence.type in book.setup.types:
            key = (rest, occurrence.type)
            if key not in questions:
                questions[key] = _compiled(book, hook, *key)
            open_ones.append((text, occurrence, key))
    if open_ones:
        answers |= _asked(book, records, events, questions, open_ones)
    return answers


def _wanted(hooks: Iterable[Hook], found: Sequence[Occurrence]) -> Iterator[tuple[Hook, str, Occurrence]]:
    for hook in hooks:
        for trigger in hook.triggers:
            if trigger.filter:
                yield from ((hook, trigger.filter, occurrence) for occurrence in found if trigger.fits(occurrence))


def _compiled(book: Book, hook: Hook, text: str, type_name: str) -> Sql:
    from crmcli.engines.conditions import compiled, planned_env  # noqa: PLC0415 - only for hooks with a filter
    from crmcli.query.failures import QueryError  # noqa: PLC0415

    try:
        return compiled(book.setup.types[type_name], text, planned_env(book))
    except QueryError as error:
        raise HookFilterError(hook, error) from None


def _asked(
    book: Book,
    records: Sequence[Planned],
    events: Sequence[Event],
    questions: dict[tuple[str, str], Sql],
    open_ones: Sequence[tuple[str, Occurrence, tuple[str, str]]],
) -> Answers:
    """Ask all filters at once, in one trial."""
    from crmcli.engines.conditions import holding  # noqa: PLC0415 - only for hooks with a filter
    from crmcli.engines.tried import tried  # noqa: PLC0415

    ids: dict[tuple[str, str], set[str]] = {}
    for _, occurrence, key in open_ones:
        ids.setdefault(key, set()).add(occurrence.ref.id)
    with tried(book, records, events, questions.values(), gone=False):
        held = {key: holding(book, book.setup.types[key[1]], sql, ids[key]) for key, sql in questions.items()}
    return {key_of(text, occurrence): occurrence.ref.id in held[key] for text, occurrence, key in open_ones}


def wrong_filters(book: Book, hooks: Iterable[Hook]) -> Iterator[Problem]:
    """Filters that cannot be asked of the type their trigger names."""
    for hook in hooks:
        for trigger in hook.triggers:
            rest = _apart(trigger.filter)[1] if trigger.event == "log" else trigger.filter
            if not rest or trigger.type not in book.setup.types:
                continue
            try:
                _compiled(book, hook, rest, trigger.type)
            except HookFilterError as error:
                message = str(error).removeprefix(f"{hook.path}: ").partition("\n")[0]
                yield Problem("hook-filter", hook.path, 0, message, error.hint)


def _line_part(text: str, occurrence: Occurrence) -> tuple[str, bool]:
    """Of a log event, `kind:`, `direction:` and `text:` are asked of the line; the rest, of the record."""
    if occurrence.event != "log":
        return text, True
    told, rest = _apart(text)
    return rest, all(_says(occurrence, name, values) for name, values in told)


def _apart(text: str) -> tuple[list[tuple[str, list[str]]], str]:
    """A filter of a log event taken apart: the words about the line, with their values, and the rest."""
    told: list[tuple[str, list[str]]] = []
    rest: list[str] = []
    for word in split_words(text) or [text]:
        name, colon, values = word.partition(":")
        if colon and name.lstrip("-") in _LINE_WORDS:
            told.append((name, values.split(",")))
        else:
            rest.append(word)
    return told, " ".join(rest)


def _says(occurrence: Occurrence, word: str, values: Sequence[str]) -> bool:
    """Whether the line is as a word says; with `-` before it, whether it is not."""
    name = word.lstrip("-")
    present = str(occurrence.more.get(name) or "")
    if "any" in values or "none" in values:
        said = bool(present) == ("any" in values)
    elif name == "text":
        said = any(fold(value.strip("'\"")) in fold(present) for value in values)
    else:
        said = present in values
    return said != word.startswith("-")
