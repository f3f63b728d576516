"""One note about ops that were cut off, after a command that left them where they are (STORE §4 rule 17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store.under_way import may_be_under_way

if TYPE_CHECKING:
    from crmcli.cli.session import Session


def note_cut_off(session: Session) -> None:
    """Say which ops wait to be finished or dropped; a command that wrote has dealt with them before.

    A healthy book costs one look at a folder and one at a file. What cannot be looked at is no reason to fail a command
    that has answered.
    """
    if not session.opened or session.tells_problems:
        return
    book = session.present
    if not may_be_under_way(book.state):
        return
    from crmcli.store.recovery import unfinished  # noqa: PLC0415 - only where something lies

    try:
        ops = unfinished(book.root, book.state)
    except OSError:
        return
    if ops:
        names, was = (f"op {ops[0]}", "was") if len(ops) == 1 else (f"ops {', '.join(ops)}", "were")
        it = "it" if len(ops) == 1 else "them"
        session.out.note(f"note: {names} {was} cut off; the next command that changes something finishes or drops {it}")
