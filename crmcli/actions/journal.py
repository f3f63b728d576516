"""What people do with the journal itself: take up what hands and commits changed, pack old segments."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmcli.store import writing
from crmcli.store.lock import locked

if TYPE_CHECKING:
    from crmcli.store.book import Book
    from crmcli.store.pack import Packed


class DriftTaken(NamedTuple):
    """How many changes of how many records were journaled, segments that went into a commit, sentences for people."""

    changes: int
    records: int
    added: list[str]
    notices: list[str]


def take_drift(book: Book, *, in_commit: bool = False) -> DriftTaken:
    """Journal everything that was changed without crm; `in_commit` in git's hook before a commit.

    Needs no author: drift by a hand is by who works here, or by nobody known.
    """
    with locked(book.root):
        if in_commit:
            from crmcli.store.pre_commit import journal_in_commit  # noqa: PLC0415 - only for the hook

            before = writing.recover_pending(book)
            done = journal_in_commit(book)
            events, added, notices = done.events, done.added, before + done.notices
        else:
            before = writing.prepare(book, [])
            events, notices = writing.journal_all_drift(book)
            added, notices = [], before + notices
    return DriftTaken(len(events), len({event.on for event in events}), added, notices)


def pack_segments(book: Book, *, dry_run: bool = False) -> Packed:
    """Join old segments that everybody has into packs."""
    from crmcli.store.pack import pack  # noqa: PLC0415 - a rare command

    with locked(book.root):
        writing.prepare(book, [])
        book.index.refresh()
        return pack(book, dry_run=dry_run)
