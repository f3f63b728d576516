"""The same words for several records, as changes that can be made again when the records moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmcli.actions.attach import Attachment, copy_in
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
        self._with_files: list[Change] = []
        self.notices: dict[str, None] = {}

    def changes(self) -> list[Change]:
        """The changes from what the records say now; with files, as they were made the first time."""
        if self._with_files:
            return self._with_files
        changes: list[Change] = []
        attachments: list[Attachment] = []
        for ref in self._refs:
            written = changes_of(self._book, self._book.read_record(ref), self._words)
            changes += written.changes
            attachments += written.attachments
            self.notices |= dict.fromkeys(written.notices)
        if attachments and not self._dry_run:
            copy_in(self._book, attachments)
            self._with_files = changes
        return changes
