"""Move records to a stage; fields travel with the move, so that what the stage needs is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmcli.actions.words_for_all import WordsForAll
from crmcli.engines.outcome import Outcome
from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Ref

if TYPE_CHECKING:
    from crmcli.store.book import Book


def move_records(
    book: Book,
    refs: Sequence[Ref],
    stage: str,
    words: Sequence[str] = (),
    *,
    note: str = "",
    dry_run: bool = False,
    via: str = "cli",
) -> Outcome:
    """Move every record to `stage` with the same words and note, as one op."""
    work = WordsForAll(book, refs, words, dry_run=dry_run)

    def changes() -> list[Change]:
        wanted = work.changes()
        return [*wanted, *(Change("move", ref, to=stage, more={"note": note} if note else {}) for ref in refs)]

    outcome = carry_out(book, changes, Request("move", via=via, dry_run=dry_run))
    return outcome._replace(notices=[*work.notices, *outcome.notices])
