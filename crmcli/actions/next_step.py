"""The next step: a task on a record, due when people say it is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from crmcli.actions.add import fresh_ref
from crmcli.engines.form import typed_value
from crmcli.engines.outcome import Outcome
from crmcli.engines.road import Request, carry_out
from crmcli.errors import UsageError
from crmcli.model.change import Change
from crmcli.model.record import Fields, Ref
from crmcli.model.schema import RecordType

if TYPE_CHECKING:
    from crmcli.store.book import Book

TASK = "task"
"""The one type of follow-ups the program knows by name (SETTLED 14): text, on, due, for, stage."""


class WhenMissingError(UsageError):
    """No date was understood where one is expected."""

    def __init__(self, words: Sequence[str], hint: str = "") -> None:
        usual = "say when first: crm next WHO fri call back (fri, +2w, 2026-12-01, 下周一)"
        super().__init__(f"no date in {' '.join(words)!r}", hint=hint or usual)


class WhatMissingError(UsageError):
    """A task without words: its name would be that of the record, and the two could not be told apart."""

    def __init__(self, when: str) -> None:
        super().__init__(f"what is to be done {when}?", hint="crm next WHO fri call back")


class NoTasksError(UsageError):
    """The book has no type `task`."""

    def __init__(self) -> None:
        super().__init__("this book has no type `task`", hint="add schema/task.toml with text, on, due, for and stage")


def task_type(book: Book) -> RecordType:
    """The type of follow-ups; raises `NoTasksError` (exit 2)."""
    found = book.setup.types.get(TASK)
    if found is None:
        raise NoTasksError
    return found


def next_step(
    book: Book, refs: Sequence[Ref], words: Sequence[str], *, seat: str = "", dry_run: bool = False, via: str = "cli"
) -> Outcome:
    """Put a task WHEN WHAT on every record, for `seat` (a member; me by default)."""
    changes: list[Change] = []
    for ref in refs:
        changes.append(task_change(book, ref, words, seat=seat, claimed={change.on for change in changes}))
    return carry_out(book, changes, Request("next", via=via, dry_run=dry_run))


def task_change(book: Book, on: Ref, words: Sequence[str], *, seat: str = "", claimed: Collection[Ref] = ()) -> Change:
    """The creation of one task from `WHEN WHAT…`, under an id this op has not `claimed` yet."""
    record_type = task_type(book)
    due, what = split_when(book, words)
    if not what:
        raise WhatMissingError(" ".join(words))
    text = " ".join(what)
    fields: Fields = {"text": typed_value(book, record_type, record_type.fields["text"], text), "due": due}
    if "on" in record_type.fields:
        fields["on"] = str(on)
    if seat and "for" in record_type.fields:
        fields["for"] = typed_value(book, record_type, record_type.fields["for"], seat)
    return Change("create", fresh_ref(book, record_type, text, claimed), record=fields)


def split_when(book: Book, words: Sequence[str]) -> tuple[str, list[str]]:
    """Split words into a stored due time and the rest; raises `WhenMissingError` (exit 2)."""
    from crmcli.text.dates import date_hint, parse_when  # noqa: PLC0415 - writes only

    worked = book.worked(TASK)
    found = parse_when(words, book.now(), week=book.setup.config.week, worked=worked)
    if found is None or not found[1]:
        raise WhenMissingError(words, date_hint(words[0], counted=worked is not None) if words else "")
    when, count = found
    return stored_moment(book, when.start), list(words[count:])


def stored_moment(book: Book, moment: date | datetime) -> str:
    """A day or a moment as a datetime field holds it: a day alone stays a day, a moment has its offset."""
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=moment.tzinfo or book.zone).isoformat(timespec="minutes")
    return moment.isoformat()
