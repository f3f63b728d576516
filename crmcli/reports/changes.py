"""The journal after an event, for programs that keep their own copy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmcli.store.index.event_rows import row_event
from crmcli.store.journal import encode_event
from crmcli.text.plain_json import loads

if TYPE_CHECKING:
    from crmcli.store.book import Book

PAGE = 2_000
"""Events asked for at a time, so that memory stays bounded."""


def events_after(book: Book, after: str = "", limit: int | None = None) -> Iterator[dict[str, object]]:
    """Events with ids greater than `after`, in their order, as the journal has them; at most `limit`."""
    last, left = after.strip().upper(), limit
    while left is None or left > 0:
        asked = PAGE if left is None else min(PAGE, left)
        rows = book.index.rows("SELECT * FROM events WHERE id > ? ORDER BY id LIMIT ?", (last, asked))
        for row in rows:
            event = row_event(row)
            yield loads(encode_event(event._replace(on=str(row["origin"] or event.on))))
        if len(rows) < asked:
            return
        last = str(rows[-1][0])
        left = None if left is None else left - len(rows)
