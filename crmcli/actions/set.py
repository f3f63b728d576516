"""Change fields and tags of records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmcli.actions.words_for_all import WordsForAll
from crmcli.engines.outcome import Outcome
from crmcli.engines.road import Request, carry_out
from crmcli.model.record import Ref

if TYPE_CHECKING:
    from crmcli.store.book import Book


def set_fields(
    book: Book, refs: Sequence[Ref], words: Sequence[str], *, dry_run: bool = False, via: str = "cli", cmd: str = "set"
) -> Outcome:
    """Apply the same words to every record, as one op."""
    work = WordsForAll(book, refs, words, dry_run=dry_run)
    outcome = carry_out(book, work.changes, Request(cmd, via=via, dry_run=dry_run))
    return outcome._replace(notices=[*work.notices, *outcome.notices])
