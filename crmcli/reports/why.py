"""`crm why`: of each value of a record, who or what it is from: when, by which command, on which way, and what was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.ids import SHORT_OP
from crmcli.reports.cells import Cell
from crmcli.reports.forms import moment
from crmcli.reports.history import VALUE
from crmcli.reports.how import commands_of, how
from crmcli.reports.table import Column, Table
from crmcli.reports.why_fields import origins_of
from crmcli.reports.wording import Wording
from crmcli.text.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.event import Event
    from crmcli.model.record import Ref
    from crmcli.reports.origin import Origin
    from crmcli.store.book import Book


def why(book: Book, subjects: Sequence[tuple[Ref, str]], *, people: bool = False, commits: bool = False) -> Table:
    """The origins of every filled field and tag of the records, or of the one field or tag that is named beside them.

    `commits` adds the commit that brought a value, and its author.

    Raises `FieldUnknownError` (exit 2), `BrokenRecordError` (6).
    """
    wording = Wording(book)
    if not people:
        wording.language = "en"  # scripts read one language, whatever the book's
    rows: list[list[Cell]] = []
    owners: list[str] = []
    events: list[Event | None] = []
    for ref, name in subjects:
        origins = origins_of(book, wording, ref, name)
        commands = commands_of(book, [origin.event for origin in origins if origin.event])
        for origin in origins:
            row = _for_people(wording, origin, commands) if people else _for_scripts(ref, origin, commands)
            rows.append([wording.title(str(ref)), *row] if people and len(subjects) > 1 else row)
            owners.append(str(ref))
            events.append(origin.event)
    table = Table(_columns(book, people=people, several=len(subjects) > 1), rows, found=len(rows), refs=owners)
    if not commits:
        return table
    from crmcli.reports.committed import with_commits  # noqa: PLC0415 - it starts git

    return with_commits(book, table, events, people=people)


def _columns(book: Book, *, people: bool, several: bool) -> tuple[Column, ...]:
    at = moment(book.zone)
    if not people:
        names = ("id", "field", "value", "source", "at", "by", "via", "cmd", "before", "why", "op", "event")
        forms = {"value": VALUE, "before": VALUE, "at": at}
        return tuple(Column(name, name, forms[name]) if name in forms else Column(name, name) for name in names)
    language = book.setup.config.language
    labels = [
        ("field", "Field"),
        ("value", "Value"),
        ("why", "Why"),
        ("at", "When"),
        ("by", "Who"),
        ("cmd", "How"),
        ("op", "Op"),
    ]
    if several:
        labels.insert(0, ("id", "Record"))
    return tuple(
        Column(name, phrase(language, label), at) if name == "at" else Column(name, phrase(language, label))
        for name, label in labels
    )


def _for_people(wording: Wording, origin: Origin, commands: dict[str, str]) -> list[Cell]:
    event = origin.event
    if event is None:
        return [origin.label, origin.shown or None, origin.said or None, None, None, None, None]
    told = how(event, commands, wording.language)
    op = event.op[:SHORT_OP] or None
    return [origin.label, origin.shown or None, origin.said or None, event.at, wording.who(event.by) or None, told, op]


def _for_scripts(ref: Ref, origin: Origin, commands: dict[str, str]) -> list[Cell]:
    event, said = origin.event, origin.said or None
    head: list[Cell] = [ref.id, origin.name, origin.value or None, origin.source]
    if event is None:
        return [*head, None, None, None, None, origin.before or None, said, None, None]
    return [*head, event.at, event.by or None, event.via or None, commands.get(event.op), origin.before or None, said,
            event.op or None, event.id]  # fmt: skip
