"""Files that a hand renamed and did not otherwise change: the journal is told, references follow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmcli.actions.mending import Mending
from crmcli.store.drift import state_now
from crmcli.store.hand_renames import hand_renames
from crmcli.store.replay import differences

if TYPE_CHECKING:
    from crmcli.store.book import Book


def find(book: Book) -> Iterator[Mending]:
    """Pairs of which the new file says exactly what the journal says of the old one."""
    for old, new in hand_renames(book):
        state = state_now(book, old)
        if state is not None and not differences(state, dict(book.read_record(new).fields)):
            what = f"journal that {old} is {new.id} now, and relink what refers to it"
            yield Mending("renamed-by-hand", book.path_of(new), what, rename=(old, new))
