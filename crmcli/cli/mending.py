"""`crm check --fix`: what will be done is shown, asked for, done, and said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.actions.mending import mend, mendings
from crmcli.model.ids import SHORT_OP

if TYPE_CHECKING:
    from crmcli.cli.session import Session


def put_right(session: Session) -> None:
    """Show everything that can be put right, and do it with a yes."""
    book = session.book
    found = mendings(book)
    if not found:
        session.out.note("nothing can be put right without a decision of yours.")
        return
    for mending in found:
        session.out.say(f"{mending.path}: {mending.code} {mending.what}")
    if session.options.dry_run:
        session.out.note("dry run: nothing was written.")
        return
    session.ask_yes(f"do {'this' if len(found) == 1 else f'these {len(found)} things'}?")
    outcomes, left = mend(book, found)
    for mending in left:
        session.out.note(f"{mending.path} was changed meanwhile and is left as it is.")
    for outcome in outcomes:
        for notice in outcome.notices:
            session.out.note(notice)
    if len(left) < len(found):
        undone = " and ".join(f"`crm undo {outcome.op[:SHORT_OP]}`" for outcome in reversed(outcomes))
        session.out.note(f"done; {undone} take{'s' if len(outcomes) == 1 else ''} it back." if outcomes else "done.")
    book.index.stale()
