"""The same words for several records, as changes that can be made again when the records moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmcli.actions.attach import Copies
from crmcli.actions.words import changes_of
from crmcli.model.change import Change
from crmcli.model.record import Ref

if TYPE_CHECKING:
    from crmcli.store.book import Book


class WordsForAll:
    """What words ask of each of some records. Files that they name are copied into the book the first time."""

    def __init__(self, book: Book, refs: Sequence[Ref], words: Sequence[str], *, dry_run: bool) -> None:
        self._book = book
        self._refs = refs
        self._words = words
        self._dry_run = dry_run
        self._copies = Copies(book)
        self.notices: dict[str, None] = {}

    def changes(self) -> list[Change]:
        """The changes from what the records say now."""
        changes: list[Change] = []
        for ref in self._refs:
            written = changes_of(self._book, self._book.read_record(ref), self._words, self._copies)
            changes += written.changes
            self.notices |= dict.fromkeys(written.notices)
        if not self._dry_run:
            self._copies.make()
        return changes
