"""Give a record another id: its file is renamed, the old id stays as an alias, references follow (STORE rule 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.actions.drafts import Drafts
from crmcli.actions.relinking import Aim, relink
from crmcli.engines.outcome import Outcome
from crmcli.engines.plan import UNDO
from crmcli.engines.road import Request, carry_out
from crmcli.errors import ConflictError
from crmcli.model.change import Change
from crmcli.model.record import Ref
from crmcli.store.hand_renames import hand_renames

if TYPE_CHECKING:
    from crmcli.store.book import Book


class IdUsedError(ConflictError):
    """Another record had that id once, and the journal still tells of it."""

    def __init__(self, ref: Ref) -> None:
        super().__init__(
            f"{ref} was another record once; the journal could not tell the two apart", hint="choose another id"
        )


def rename(book: Book, ref: Ref, name: str, *, dry_run: bool = False, via: str = "cli") -> Outcome:
    """Rename a record to the id `name` and relink every reference to it, as one op.

    A file that a hand renamed already is taken over as it is. Raises `IdMalformedError` (exit 2), `IdTakenError` and
    `IdUsedError` (exit 5).
    """
    new = Ref(ref.plural, name)

    def changes() -> list[Change]:
        if new == ref:
            return []
        made = "SELECT 1 FROM events WHERE \"on\" = ? AND \"do\" IN ('create', 'restore') LIMIT 1"
        if book.index.row(made, (str(new),)):
            raise IdUsedError(new)
        drafts = Drafts(book)
        relink(book, drafts, ref, Aim(ref.plural, frozenset([ref.id]), name), {}, frozenset())
        own = [Change("rename", ref, to=name), Change("set", ref, "aliases", add=(ref.id,), remove=(name,))]
        return [*own, *drafts.changes]

    return carry_out(book, changes, Request("rename", via=via, rules=UNDO, dry_run=dry_run))


def renamed_by_hand(book: Book, word: str, name: str) -> Ref | None:
    """The record that `word` names and whose file lies under the id `name` already."""
    pairs = hand_renames(book)
    return next((old for old, new in pairs if new.id == name and word in (old.id, str(old))), None)
