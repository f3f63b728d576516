"""One note about ops that were cut off, after a command that left them where they are (STORE §4 rule 17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.store.layout import SLOT, SLOT_EMPTY

if TYPE_CHECKING:
    from pathlib import Path

    from crmcli.cli.session import Session


def note_cut_off(session: Session) -> None:
    """Say which ops wait to be finished or dropped; a command that wrote has dealt with them before.

    A healthy book costs one look at a folder and one at a file. What cannot be looked at is no reason to fail a command that has answered.
    """
    if not session.opened or session.tells_problems:
        return
    book = session.present
    try:
        if not any((book.state / "pending").iterdir()) and _slot_is_empty(book.state / SLOT):
            return
        from crmcli.store.recovery import unfinished  # noqa: PLC0415 - only where something lies

        ops = unfinished(book.root, book.state)
    except OSError:
        return
    if ops:
        names, was = (f"op {ops[0]}", "was") if len(ops) == 1 else (f"ops {', '.join(ops)}", "were")
        it = "it" if len(ops) == 1 else "them"
        session.out.note(f"note: {names} {was} cut off; the next command that changes something finishes or drops {it}")


def _slot_is_empty(slot: Path) -> bool:
    try:
        with slot.open("rb") as file:
            return file.read(len(SLOT_EMPTY)) == SLOT_EMPTY
    except FileNotFoundError:
        return True
