"""What is here, made ready to be shared: an op cut off is finished, everything is journaled, and committed."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.sharing.message import message_of
from crmcli.errors import ConflictError
from crmcli.store import writing
from crmcli.store.journal import segment_paths
from crmcli.store.lock import locked
from crmcli.store.sync.identity import identity
from crmcli.store.sync.staging import Staging

if TYPE_CHECKING:
    from crmcli.actions.sharing.answers import Person
    from crmcli.store.book import Book

PACK_FROM = 200
"""Segments from which on a sync packs the journal."""


class MarkersError(ConflictError):
    """A record file has conflict markers in it."""

    def __init__(self, paths: list[str]) -> None:
        super().__init__(
            f"git's conflict markers stand in {', '.join(paths[:3])}{' and others' if len(paths) > 3 else ''}",
            hint="`crm resolve` settles them; then `crm sync`",
        )


class Prepared(NamedTuple):
    """The journal brought up to the files: sentences for people, and segments that a commit had deleted and that are back."""

    notices: list[str]
    back: list[str]


def prepare(book: Book) -> Prepared:
    """Finish what was cut off, put back what a commit took, journal everything the files say; under the lock."""
    before = set(segment_paths(book.root))
    notices = writing.prepare(book, [])
    back = [path.relative_to(book.root).as_posix() for path in segment_paths(book.root) if path not in before]
    return Prepared(notices + writing.journal_all_drift(book).notices, back)


def settle(book: Book, staging: Staging, person: Person) -> Prepared:
    """Bring the journal up to the files, and git's index up to both; under one lock, so that they belong together.

    Raises `MarkersError` (exit 5), and what `Staging.stage` raises.
    """
    with locked(book.root):
        found = prepare(book)
        _refuse_markers(book)
        packed = _pack(book)
        staging.stage()
    for notice in [*found.notices, *packed]:
        person.note(notice)
    return found


def commit(book: Book, staging: Staging, person: Person, message: str = "", back: Collection[str] = ()) -> None:
    """Commit what is staged of the book, if anything is; `message` instead of what was done. `back` as `Prepared` has it."""
    paths = staging.staged()
    if not paths:
        return
    text = f"{message.strip()}\n" if message.strip() else message_of(book, paths, back)
    staging.commit(text, identity(book, staging.talk))
    person.note(f"committed: {text.partition(chr(10))[0]}")


def _refuse_markers(book: Book) -> None:
    rows = book.index.rows("SELECT path FROM problems WHERE code = 'conflict-markers' ORDER BY path")
    if rows:
        raise MarkersError([str(row[0]) for row in rows])


def _pack(book: Book) -> list[str]:
    """Join old segments that everybody has, where there are many."""
    if len(segment_paths(book.root)) < PACK_FROM:
        return []
    from crmcli.store.pack import pack  # noqa: PLC0415 - a few times a year

    packed = pack(book)
    return (
        [f"packed {len(packed.segments)} segments of the journal into {len(packed.packs)}"] if packed.segments else []
    )
