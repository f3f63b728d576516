"""What changed in records since somebody looked at them: for a form that stays open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.record import Ref
from crmcli.reports.wording import Wording
from crmcli.store.index.event_rows import row_event

if TYPE_CHECKING:
    from crmcli.store.book import Book


class Seen(NamedTuple):
    """A record as it was seen: the hash of its file ("" for none) and its newest event."""

    hash: str
    event: str


def seen(book: Book, refs: Sequence[Ref]) -> dict[str, Seen]:
    """How records are now, by `plural/id`."""
    return {str(ref): _seen(book, str(ref)) for ref in refs}


def _seen(book: Book, ref: str) -> Seen:
    file = book.index.row("SELECT hash FROM files WHERE ref = ? ORDER BY path LIMIT 1", (ref,))
    event = book.index.row('SELECT max(event) FROM event_on WHERE "on" = ?', (ref,))
    own = book.index.row('SELECT max(id) FROM events WHERE "on" = ?', (ref,))
    newest = max(str(row[0] or "") if row else "" for row in (event, own))
    return Seen(str(file[0]) if file else "", newest)


def changes_since(book: Book, before: Mapping[str, Seen]) -> list[str]:
    """What became of records since they were seen: a line for each change, newest first.

    A file that was changed without crm has no event yet: the line says that it changed.
    """
    wording = Wording(book)
    lines: list[str] = []
    for ref, old in before.items():
        now = _seen(book, ref)
        rows = book.index.rows(
            'SELECT * FROM events WHERE "on" = ? AND id > ? ORDER BY id DESC LIMIT 3', (ref, old.event)
        )
        events = [row_event(row) for row in rows]
        title = wording.title(ref)
        lines += [f"{title}: {wording.change(event)} ({wording.who(event.by) or event.via})" for event in events]
        if not events and now.hash != old.hash:
            lines.append(f"{title}: its file was changed" if now.hash else f"{title}: its file is gone")
    return lines
