"""The journal: ids from the future, records it tells of that are not there."""

from __future__ import annotations

from crmcli.model.ids import encode
from crmcli.model.problem import Problem
from crmcli.store.book import Book
from crmcli.store.writing import AHEAD


def find_problems(book: Book) -> list[Problem]:
    """Events whose id lies more than a day ahead: a clock was wrong; they are read and not followed."""
    limit = encode(int((book.now() + AHEAD).timestamp() * 1000), 10)
    rows = book.index.rows(
        "SELECT s.path, e.id, e.local FROM events e JOIN segments s ON s.no = e.seg WHERE e.id >= ? ORDER BY e.id",
        (limit,),
    )
    return [
        Problem(
            "event-ahead",
            str(path),
            0,
            f"event {event} was written by a clock more than a day ahead (it says {at})",
            "set that machine's clock; the event counts, later ids do not follow it",
            0,
            "warning",
        )
        for path, event, at in rows
    ]
