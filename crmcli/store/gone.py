"""Records whose file is no more and of whom the journal still tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from crmcli.model.record import Ref, parse_ref
from crmcli.store.who import WhoAmbiguousError

if TYPE_CHECKING:
    from crmcli.model.schema import RecordType
    from crmcli.store.book import Book

_EXACT = 'SELECT DISTINCT "on" FROM events WHERE "on" = ?1 OR origin = ?1'
_BEGINS = 'SELECT DISTINCT "on" FROM events WHERE ("on" >= ?1 AND "on" < ?1 || char(1114111)) ORDER BY "on"'
_END = """SELECT e.local, e.by, e.op, max(e.id), e."do" FROM events e WHERE e."on" = ? AND e."do" IN ('delete', 'erase') AND NOT EXISTS
  (SELECT 1 FROM events l WHERE l."on" = e."on" AND l."do" IN ('create', 'restore') AND l.id > e.id)"""


class Deletion(NamedTuple):
    """How a record went: when it was true, who did it ("" for nobody), in which op; whether it was erased."""

    at: str
    by: str
    op: str
    erased: bool = False


def find_gone(book: Book, word: str, types: Sequence[RecordType] | None = None) -> Ref | None:
    """The one record without a file that `word` is the id of, or begins; None for nobody.

    `deals/x` narrows to a type, as in WHO. Raises `WhoAmbiguousError` (exit 4) where several begin so.
    """
    from crmcli.query.who import narrowed  # noqa: PLC0415 - only where nobody is found

    chosen, name = narrowed(word, [t for t in types or book.setup.types.values() if not t.embedded])
    if not name:
        return None
    for sql in (_EXACT, _BEGINS):
        rows = [row for t in chosen for row in book.index.rows(sql, (f"{t.plural}/{name.lower()}",))]
        found = [ref for ref in dict.fromkeys(parse_ref(str(row[0])) for row in rows) if not is_there(book, ref)]
        if len(found) > 1:
            raise WhoAmbiguousError(word, "id-prefix", [(ref, "deleted") for ref in found])
        if found:
            return found[0]
    return None


def is_there(book: Book, ref: Ref) -> bool:
    """Whether a record has a file."""
    return book.index.row(f'SELECT 1 FROM "rec_{ref.plural}" WHERE id = ?', (ref.id,)) is not None


def deletion_of(book: Book, ref: Ref) -> Deletion | None:
    """How a record that is no more went; None when the journal does not know of it yet, or it is there."""
    row = book.index.row(_END, (str(ref),))
    gone = row is not None and row[2] is not None and not is_there(book, ref)
    return (
        Deletion(str(row[0]), str(row[1] or ""), str(row[2]), row[4] == "erase") if row is not None and gone else None
    )
