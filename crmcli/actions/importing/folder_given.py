"""The base of the three versions for a card of a folder: what book and folder last agreed on, else what the import gave."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from crmcli.actions.content.folder_state import PENDING, Agreed, FolderState, digest_of
from crmcli.actions.importing.given import Given
from crmcli.model.record import Fields, Ref, Value

if TYPE_CHECKING:
    from crmcli.store.book import Book
    from crmcli_formats.contentlines import Component


class FolderGiven(Given):
    """What was given, card by card of a folder."""

    def __init__(self, book: Book, via: str, state: FolderState, said: Callable[[Component], list[str]]) -> None:
        super().__init__(book, via)
        self._comparable = said
        self._state = state
        self._agreed: Agreed | None = None

    def begin(self, card: Component) -> None:
        """Say which card comes."""
        self._agreed = self._state.get(_uid(card))

    def fields(self, ref: Ref) -> dict[str, Value]:
        """What the book had of the present card when both were the same."""
        journaled = super().fields(ref)
        return {**journaled, **self._agreed.fields} if self._agreed else journaled

    @property
    def gone(self) -> list[str]:
        """The fields that the card filled before: one that says nothing of them now says that they are empty."""
        return [name for name, value in self._agreed.fields.items() if value] if self._agreed else []

    def agree(self, card: Component, said: Fields) -> None:
        """Note that the book took a card."""
        uid = _uid(card)
        if uid:
            before = dict.fromkeys(self._agreed.fields, "") if self._agreed else {}
            self._state.put(uid, Agreed(digest_of(self._comparable(card)), {**before, **said}, PENDING))


def _uid(card: Component) -> str:
    found = card.first("UID")
    return found.text if found else ""
