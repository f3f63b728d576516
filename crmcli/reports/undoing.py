"""What undoing an op would take back: for whoever wants to see it first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.reports.wording import Wording
from crmcli.store.index.event_rows import row_event

if TYPE_CHECKING:
    from crmcli.store.book import Book

MOST = 8


class OpView(NamedTuple):
    """An op: its verb, when and on which way it was done, its changes in words, how many more there are."""

    op: str
    verb: str
    at: str
    via: str
    lines: tuple[str, ...]
    more: int


def op_view(book: Book, op: str) -> OpView | None:
    """An op by its whole id; None for none."""
    events = [row_event(row) for row in book.index.rows("SELECT * FROM events WHERE op = ? ORDER BY id", (op,))]
    if not events:
        return None
    wording = Wording(book)
    lines = [f"{wording.title(event.on)}: {wording.change(event)}" for event in events[:MOST]]
    first = events[0]
    at = wording.moment(first.at)
    return OpView(op, str(first.more.get("cmd", "op")), at, first.via, tuple(lines), len(events) - len(lines))
