"""Put records away, bring them back, or remove them for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmcli.engines.outcome import Outcome
from crmcli.engines.road import Request, carry_out
from crmcli.errors import UsageError, VetoedError
from crmcli.model.change import Change
from crmcli.model.record import Ref

if TYPE_CHECKING:
    from crmcli.store.book import Book


class PurgeNotSaidError(UsageError):
    """`delete` without saying that it is meant."""

    def __init__(self) -> None:
        super().__init__(
            "delete takes a record's file away for good",
            hint="`crm archive WHO` hides it and keeps it; delete wants --purge",
        )


class StillReferencedError(VetoedError):
    """A record others point at."""

    def __init__(self, ref: Ref, others: Sequence[str]) -> None:
        shown = ", ".join(others[:5]) + (f" and {len(others) - 5} more" if len(others) > 5 else "")
        super().__init__(f"{ref} is referred to by {shown}", hint="point those elsewhere first, or archive it instead")


def archive(book: Book, refs: Sequence[Ref], *, dry_run: bool = False, via: str = "cli") -> Outcome:
    """Archive records: out of lists, still there."""
    today = book.now().date().isoformat()
    changes = [Change("set", ref, "archived", to=today) for ref in refs]
    return carry_out(book, changes, Request("archive", via=via, dry_run=dry_run))


def delete(book: Book, refs: Sequence[Ref], *, purge: bool, dry_run: bool = False, via: str = "cli") -> Outcome:
    """Remove records; the journal keeps them whole, so that `undo` brings them back. Refuses those others point at."""
    if not purge:
        raise PurgeNotSaidError

    def changes() -> list[Change]:
        for ref in refs:
            others = _referring(book, ref, refs)
            if others:
                raise StillReferencedError(ref, others)
        return [Change("delete", ref) for ref in refs]

    return carry_out(book, changes, Request("delete", via=via, dry_run=dry_run))


def _referring(book: Book, ref: Ref, going: Sequence[Ref]) -> list[str]:
    rows = book.index.rows('SELECT DISTINCT "type", id FROM refs WHERE to_type = ? AND to_id = ? ORDER BY 1, 2', ref)
    return [f"{row[0]}/{row[1]}" for row in rows if Ref(row[0], row[1]) not in going]
