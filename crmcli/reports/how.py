"""By which command and on which way an event came about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.text.phrases import phrase
from crmcli.text.plain_json import dumps

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crmcli.model.event import Event
    from crmcli.store.book import Book

_COMMANDS = """SELECT op, json_extract(more, '$.cmd') FROM events WHERE op IN (SELECT value FROM json_each(?))
  AND json_extract(more, '$.cmd') IS NOT NULL"""
_WAYS = {"hand": "by hand, in the file", "git": "in a commit made without crm"}


def commands_of(book: Book, events: Iterable[Event]) -> dict[str, str]:
    """The verb of each op: its first event carries it."""
    ops = dumps(sorted({event.op for event in events if event.op}))
    return {str(row[0]): str(row[1]) for row in book.index.rows(_COMMANDS, (ops,))}


def how(event: Event, commands: Mapping[str, str], language: str) -> str:
    """The verb of the command, with the way where it was no person at a keyboard."""
    command = commands.get(event.op, "")
    if event.via in _WAYS:
        return phrase(language, _WAYS[event.via])
    return f"{command} ({event.via})".strip() if event.via != "cli" else command or event.via
