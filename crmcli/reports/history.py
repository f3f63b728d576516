"""Every event of a record, newest first: who, when, how, from what to what, and the op that `crm undo` takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crmcli.model.event import Event
from crmcli.reports.cells import TEXT, Cell, Form
from crmcli.reports.forms import moment
from crmcli.reports.table import Column, Table
from crmcli.reports.wording import Wording
from crmcli.store.index.event_rows import row_event
from crmcli.text.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.record import Ref, Value
    from crmcli.store.book import Book

SHORT_OP = 12
"""Letters of an op's id on a screen: ten for its millisecond, which no other op of a clone shares, and two more."""

OF_RECORD = """FROM events e WHERE e.id IN (SELECT x.id FROM events x WHERE x."on" = ?1
  UNION SELECT o.event FROM event_on o WHERE o."on" = ?1)"""
"""Events on the record (under whatever name it had) and log lines it took part in."""

EVENTS = f"SELECT e.* {OF_RECORD} ORDER BY e.id DESC LIMIT ?2"
COUNT = f"SELECT count(*) {OF_RECORD}"
COMMANDS = """SELECT op, json_extract(more, '$.cmd') FROM events WHERE op IN (SELECT value FROM json_each(?))
  AND json_extract(more, '$.cmd') IS NOT NULL"""

VALUE = Form(
    script=lambda value: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False),
    show=lambda value: value if isinstance(value, str) else ", ".join(value),
)
"""str, or list of str; as JSON the same"""


def history(book: Book, refs: Sequence[Ref], limit: int | None = None, *, people: bool = False) -> Table:
    """The events of records, those of the first record first, newest first; under former names too.

    For people a line says what changed in words; for scripts each column holds one thing, values as stored.
    """
    rows: list[list[Cell]] = []
    found = 0
    for ref in refs:
        most = -1 if limit is None else limit
        events = [row_event(row) for row in book.index.rows(EVENTS, (str(ref), most))]
        full = limit is not None and len(events) >= limit
        found += int(book.index.rows(COUNT, (str(ref),))[0][0]) if full else len(events)
        rows += _rows(book, events, people=people)
    return Table(_columns(book, people=people), rows, found=found)


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
    ops = json.dumps(sorted({event.op for event in events}))
    commands = {str(row[0]): str(row[1]) for row in book.index.rows(COMMANDS, (ops,))}
    wording = Wording(book)
    return [
        [event.at, wording.who(event.by), _how(event, commands), _what(wording, event), event.op or None]
        if people
        else _row(event, commands.get(event.op))
        for event in events
    ]


def _how(event: Event, commands: dict[str, str]) -> str:
    """The verb of the command, with the way where it was no person at a keyboard."""
    command = commands.get(event.op, "")
    return f"{command} ({event.via})".strip() if event.via != "cli" else command or event.via


def _what(wording: Wording, event: Event) -> str:
    note = event.more.get("note")
    return wording.change(event) + (f" ({note})" if note else "")


def _row(event: Event, command: str | None) -> list[Cell]:
    before: Value | None = list(event.remove) or event.from_
    after: Value | None = list(event.add) or event.to
    text = event.more.get("text") or event.more.get("note")
    if event.do == "retract":
        after = str(event.more.get("of", "")) or None
    return [event.at, event.by or None, event.via or None, command, event.do, event.on, event.field or None, before,
            after, text if isinstance(text, str) else None, event.op or None, event.id]  # fmt: skip
