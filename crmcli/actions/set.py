"""Change fields and tags of records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmcli.actions.attach import Attachment, copy_in
from crmcli.actions.words import changes_of
from crmcli.engines.outcome import Outcome
from crmcli.engines.road import Request, carry_out
from crmcli.model.change import Change
from crmcli.model.record import Ref

if TYPE_CHECKING:
    from crmcli.store.book import Book


def set_fields(
    book: Book, refs: Sequence[Ref], words: Sequence[str], *, dry_run: bool = False, via: str = "cli", cmd: str = "set"
) -> Outcome:
    """Apply the same words to every record, as one op."""
    changes: list[Change] = []
    attachments: list[Attachment] = []
    notices: dict[str, None] = {}
    for ref in refs:
        written = changes_of(book, book.read_record(ref), words)
        changes += written.changes
        attachments += written.attachments
        notices |= dict.fromkeys(written.notices)
    if not dry_run:
        copy_in(book, attachments)
    outcome = carry_out(book, changes, Request(cmd, via=via, dry_run=dry_run))
    return outcome._replace(notices=[*notices, *outcome.notices])
