"""Finish follow-ups: a task itself, or the earliest open one of a record; and put them off."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from crmcli.actions.next_step import split_when, task_change, task_type
from crmcli.engines.outcome import Outcome
from crmcli.engines.process import pipeline_of
from crmcli.engines.road import Request, carry_out
from crmcli.errors import NotFoundError
from crmcli.model.change import Change
from crmcli.model.keys import by_field, key_of, value_of
from crmcli.model.record import Record, Ref, parse_ref
from crmcli.model.schema import RecordType

if TYPE_CHECKING:
    from crmcli.store.book import Book


_OWN = frozenset(["created", "archived", "aliases", "keys"])
"""What every record has for itself."""


class NothingDueError(NotFoundError):
    """A record without an open task."""

    def __init__(self, ref: Ref) -> None:
        super().__init__(f"{ref} has no open task", hint=f"`crm log {ref.id} TEXT` notes what happened")


def open_tasks(book: Book, ref: Ref) -> list[Ref]:
    """The task itself, or the open tasks on a record, the earliest due first."""
    record_type = task_type(book)
    if ref.plural == record_type.plural:
        return [ref]
    rows = book.index.rows(
        f"""SELECT t.id FROM "rec_{record_type.plural}" t JOIN refs r ON r."type" = ?1 AND r.id = t.id AND r.field = 'on'
        WHERE r.to_type = ?2 AND r.to_id = ?3 AND t.archived IS NULL AND coalesce(t."_kind", 'open') IN ('open', 'hold')
        ORDER BY t.due IS NULL, t.due, t.id""",  # noqa: S608 - a type's name
        (record_type.plural, ref.plural, ref.id),
    )
    return [Ref(record_type.plural, str(row[0])) for row in rows]


def earliest_task(book: Book, ref: Ref) -> Ref:
    """The task WHO stands for; raises `NothingDueError` (exit 3)."""
    found = open_tasks(book, ref)
    if not found:
        raise NothingDueError(ref)
    return found[0]


def finish(
    book: Book,
    refs: Sequence[Ref],
    text: str = "",
    *,
    following: Sequence[str] = (),
    dry_run: bool = False,
    via: str = "cli",
) -> Outcome:
    """Move each task to its pipeline's first won stage; TEXT is logged on what the task is about, `following` is the next step."""
    record_type = task_type(book)
    tasks = list(dict.fromkeys(earliest_task(book, ref) for ref in refs))

    def changes() -> list[Change]:
        made: list[Change] = []
        for task in tasks:
            about = about_of(book, task)
            stage = _done_stage(book, record_type, task)
            made.append(Change("move", task, to=stage))
            if _stage_of(book, record_type, task) != stage:  # nobody else finished it meanwhile
                made += _repeated(book, record_type, task, {change.on for change in made})
            if text:
                made.append(Change("log", about or task, more={"kind": "note", "text": text, "with": [str(task)]}))
            if following:
                made.append(task_change(book, about or task, following, claimed={change.on for change in made}))
        return made

    return carry_out(book, changes, Request("done", via=via, dry_run=dry_run))


def snooze(
    book: Book, refs: Sequence[Ref], words: Sequence[str], *, dry_run: bool = False, via: str = "cli"
) -> Outcome:
    """Put each task off until WHEN."""
    due, _ = split_when(book, words)
    field = task_type(book).fields["due"]
    tasks = dict.fromkeys(earliest_task(book, ref) for ref in refs)
    changes = [Change("set", task, key_of(field, book.read_record(task).fields), to=due) for task in tasks]
    return carry_out(book, changes, Request("snooze", via=via, dry_run=dry_run))


def about_of(book: Book, task: Ref) -> Ref | None:
    """The record a task is about."""
    found = parse_ref(book.read_record(task).text("on"))
    return found if found.plural else None


def _done_stage(book: Book, record_type: RecordType, task: Ref) -> str:
    pipeline = pipeline_of(book.setup, record_type, book.read_record(task).fields)
    return next((s.name for s in pipeline.stages.values() if s.kind == "won"), list(pipeline.stages)[-1])


def _stage_of(book: Book, record_type: RecordType, task: Ref) -> str:
    stage = value_of(record_type.stage, book.read_record(task).fields) if record_type.stage else None
    return stage if isinstance(stage, str) else ""


def _repeated(book: Book, record_type: RecordType, task: Ref, claimed: Collection[Ref]) -> list[Change]:
    """A task that recurs makes its next occurrence when it is finished (RFC 5545 recurrence, from its due date)."""
    record = Record(task, by_field(record_type, book.read_record(task).fields))
    rule, due = record.text("rrule"), record.text("due")
    if not rule or not due:
        return []
    from crmcli.actions.add import fresh_ref  # noqa: PLC0415 - few tasks recur
    from crmcli.text.occurrences import next_occurrence  # noqa: PLC0415

    following = next_occurrence(rule, due, book.now())
    if not following:
        return []
    alone = {f.name for f in record_type.fields.values() if f.unique or f.type in ("stage", "serial")} | _OWN
    fields = {name: value for name, value in record.fields.items() if name not in alone}
    ref = fresh_ref(book, record_type, record.text("text"), claimed)
    return [Change("create", ref, record={**fields, "due": following})]
