"""Telling of records that are only in the journal any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.cli.session import Session
    from crmcli.model.record import Ref


def say_who_is_gone(session: Session, refs: Sequence[Ref]) -> None:
    """Say on stderr of each record without a file when it went, by whom, and what brings it back."""
    from crmcli.model.ids import SHORT_OP  # noqa: PLC0415
    from crmcli.store.gone import deletion_of, is_there  # noqa: PLC0415 - one command

    for ref in refs:
        if is_there(session.book, ref):
            continue
        gone = deletion_of(session.book, ref)
        if gone is None:
            session.out.note(f"{ref} has no file any more, and the journal does not know yet what became of it.")
            continue
        who = f" by {gone.by}" if gone.by else ""
        if gone.erased:
            session.out.note(f"{ref} was erased on {gone.at[:10]}{who}.")
            continue
        session.out.note(f"{ref} was deleted on {gone.at[:10]}{who}; crm undo {gone.op[:SHORT_OP]} brings it back.")
