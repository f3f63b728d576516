"""What somebody wants: changes to records, made once more where the book moved between looking at it and the lock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias

from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.store import writing

if TYPE_CHECKING:
    from crmcli.store.book import Book

Wanted: TypeAlias = Iterable[Change] | Callable[[], Iterable[Change]]
"""Changes; or, where they follow from what the book says (a sum, what an undo meets), how they are made from it."""


class Intent:
    """The changes of an op by record. Who looked before having the lock may have seen what is no longer so."""

    def __init__(self, book: Book, wanted: Wanted) -> None:
        self._book = book
        self._make = wanted if callable(wanted) else None
        self._mark = book.index.mark() if self._make else ()
        self.grouped = group_by_record(wanted() if callable(wanted) else wanted)

    def prepare(self) -> list[str]:
        """Do under the lock what every write does first, then make the changes again if anything moved.

        Returns notices; raises what making the changes raises.
        """
        notices = writing.prepare(self._book, list(self.grouped))
        if self._make is not None and self._book.index.mark() != self._mark:
            known = set(self.grouped)
            self.grouped = group_by_record(self._make())
            others = [ref for ref in self.grouped if ref not in known]
            notices += writing.journal_drift(self._book, others) if others else []
            self._mark = self._book.index.mark()
        return notices


def group_by_record(changes: Iterable[Change]) -> dict[Ref, list[Change]]:
    """Collect the changes of one op record by record, in the order in which records are first named."""
    grouped: dict[Ref, list[Change]] = {}
    for change in changes:
        grouped.setdefault(change.on, []).append(change)
    return grouped
