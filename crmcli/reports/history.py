"""Every event of a record, newest first: who, when, how, from what to what, and the op that `crm undo` takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.event import Event
from crmcli.model.ids import SHORT_OP
from crmcli.reports.cells import TEXT, Cell, Form
from crmcli.reports.forms import moment
from crmcli.reports.how import commands_of, how
from crmcli.reports.table import Column, Table
from crmcli.reports.wording import Wording
from crmcli.store.index.event_rows import row_event
from crmcli.store.replay import CHANGING, State, apply, differences, instant
from crmcli.text.phrases import phrase
from crmcli.text.plain_json import dumps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.record import Ref, Value
    from crmcli.model.schema import RecordType
    from crmcli.store.book import Book

OF_RECORD = """FROM events e WHERE e.id IN (SELECT x.id FROM events x WHERE x."on" = ?1
  UNION SELECT o.event FROM event_on o WHERE o."on" = ?1
  UNION SELECT x.id FROM merged m JOIN events x ON x."on" = m."type" || '/' || m.old
  WHERE m."type" = substr(?1, 1, instr(?1, '/') - 1) AND m.new = substr(?1, instr(?1, '/') + 1))"""
"""Events on the record (under whatever name it had), log lines it took part in, and what happened with records that went into it."""

EVENTS = f"SELECT e.* {OF_RECORD} ORDER BY e.id"

VALUE = Form(
    script=lambda value: value if isinstance(value, str) else dumps(value),
    show=lambda value: value if isinstance(value, str) else ", ".join(value),
)
"""str, or list of str; as JSON the same"""


def history(
    book: Book,
    refs: Sequence[Ref],
    limit: int | None = None,
    *,
    people: bool = False,
    fields: Sequence[str] = (),
    commits: bool = False,
) -> Table:
    """The events of records, those of the first record first, newest first; under former names too.

    `fields` beside `refs` narrows a record to what changed one field, "" does not; of a computed field that is what it is
    worked out from. For people a line says what changed in words; for scripts each column holds one thing, values as stored.
    `commits` adds the commit that brought an event, and its author.
    """
    rows: list[list[Cell]] = []
    shown: list[Event] = []
    found = 0
    notes: list[str] = []
    for ref, name in zip(refs, fields or [""] * len(refs), strict=True):
        events = told(book, ref)
        if name:
            events = [event for event in events if event.on == str(ref)]
            events, note = _narrowed(book.type_of(ref), name, events)
            notes += [note] if note else []
        found += len(events)
        events.sort(key=lambda event: (instant(event.at), event.id), reverse=True)
        rows += _rows(book, events[:limit], people=people)
        shown += events[:limit]
    table = Table(
        _columns(book, people=people), rows, found=found, definition="\n".join(dict.fromkeys(notes)), key="event"
    )
    if not commits:
        return table
    from crmcli.reports.committed import with_commits  # noqa: PLC0415 - it starts git

    return with_commits(book, table, shown, people=people)


def told(book: Book, ref: Ref) -> list[Event]:
    """The events on a record and on those that went into it, and the log lines it took part in, in id order.

    A set that changed nothing is left out.
    """
    events = [row_event(row) for row in book.index.rows(EVENTS, (str(ref),))]
    state: State = {}
    kept = []
    for event in events:
        before = dict(state[event.on]) if event.on in state else None
        apply(state, event) if event.do in CHANGING else None
        idle = before is not None and event.do in ("set", "move") and not differences(before, state[event.on])
        kept += [] if idle else [event]
    return kept


def _narrowed(record_type: RecordType, name: str, events: Sequence[Event]) -> tuple[list[Event], str]:
    """The changes of one field, and what is to be said about a computed one; raises `FieldUnknownError` (exit 2)."""
    from crmcli.reports.field_events import asked_field, of_field  # noqa: PLC0415 - only where a field is named

    known = {key for event in events for key in (event.field, *(event.record or ()))}
    asked = asked_field(record_type, name, known)
    changes = of_field(events, asked.keys)
    if asked.field is None or not asked.field.calc:
        return changes, ""
    parts = ", ".join(asked.keys) or "nothing of its own"
    return changes, f"{asked.name} is computed: {asked.field.calc}; these are the changes of {parts}"


def _columns(book: Book, *, people: bool) -> tuple[Column, ...]:
    op = Column("op", "Op", Form(show=lambda value: value[:SHORT_OP]))
    at = Column("at", "When", moment(book.zone))
    if people:
        shown = {
            "at": ("When", at.form),
            "by": ("Who", TEXT),
            "cmd": ("How", TEXT),
            "what": ("What", TEXT),
            "op": ("Op", op.form),
        }
        language = book.setup.config.language
        return tuple(Column(name, phrase(language, label), form) for name, (label, form) in shown.items())
    names = ("by", "via", "cmd", "do", "on", "field")
    values = (Column("from", "From", VALUE), Column("to", "To", VALUE))
    return (at, *(Column(name, name) for name in names), *values, Column("text", "Text"), Column("op", "Op"),
            Column("event", "Event"))  # fmt: skip


def _rows(book: Book, events: Sequence[Event], *, people: bool) -> list[list[Cell]]:
    commands = commands_of(book, events)
    wording = Wording(book)
    return [
        [
            event.at,
            wording.who(event.by),
            how(event, commands, wording.language),
            _what(wording, event),
            event.op or None,
        ]
        if people
        else _row(event, commands.get(event.op))
        for event in events
    ]


def _what(wording: Wording, event: Event) -> str:
    note = event.more.get("note")
    gone = wording.gone(event.on)
    said = f"{gone}: {wording.change(event)}" if gone else wording.change(event)
    if event.field and event.record is not None:  # what a whole record coming or going did to the one field asked for
        said += f"; {wording.change(event._replace(do='set'))}"
    return said + (f" ({note})" if note else "")


def _row(event: Event, command: str | None) -> list[Cell]:
    before: Value | None = list(event.remove) or event.from_
    after: Value | None = list(event.add) or event.to
    text = event.more.get("text") or event.more.get("note")
    if event.do == "retract":
        after = str(event.more.get("of", "")) or None
    return [event.at, event.by or None, event.via or None, command, event.do, event.on, event.field or None, before,
            after, text if isinstance(text, str) else None, event.op or None, event.id]  # fmt: skip
