"""The messages that the journal has, by their ids; and the id a line of the log gets for one.

That id follows from the message, so that two clones that import the same one write the same line, which the journal then
has once. After an undo it is another, since a line that was taken back stays so.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.ids import ulid

if TYPE_CHECKING:
    from crmcli.store.book import Book

MESSAGE, THREAD = "message", "thread"
"""Keys of a line in the journal: the message's id, and that of the first one of its thread."""

_TAKEN_BACK = """EXISTS (SELECT 1 FROM events x WHERE x."of" = e.id AND x."do" = 'retract')"""
_KEPT = f"""SELECT json_extract(e.more, '$.{MESSAGE}'), e."on", json_extract(e.more, '$.{THREAD}') FROM events e
WHERE e."do" = 'log' AND instr(e.more, '"{MESSAGE}"') > 0 AND NOT {_TAKEN_BACK} ORDER BY e.id"""  # noqa: S608 - constants
_LINE = f"SELECT {_TAKEN_BACK} FROM events e WHERE e.id = ?"  # noqa: S608 - constants


class Kept(NamedTuple):
    """A message in the journal: the record it is logged on, its thread."""

    on: str
    thread: str


def kept_messages(book: Book) -> dict[str, Kept]:
    """Every message that the log has."""
    rows = book.index.rows(_KEPT, ())
    return {str(key): Kept(str(on), str(thread or key)) for key, on, thread in rows if key}


def line_id(book: Book, key: str, milliseconds: int) -> str:
    """The id for a message's line; "" where that is in the journal, for one whose text was erased there."""
    attempt = 0
    while True:
        seal = hashlib.sha256(f"mail\n{key}\n{attempt}".encode())
        found = ulid(milliseconds, int.from_bytes(seal.digest()[:10], "big"))
        row = book.index.row(_LINE, (found,))
        if row is None:
            return found
        if not row[0]:
            return ""
        attempt += 1
