"""`crm journal drift`: take up what was changed without crm."""

from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli.session import Session, session_of

if TYPE_CHECKING:
    from crmcli.actions.journal import DriftTaken


def run(
    ctx: typer.Context,
    in_commit: Annotated[
        bool, typer.Option("--pre-commit", help="Git is committing: what is journaled goes with the commit")
    ] = False,
) -> None:
    """Take up what was changed without crm

    Files edited, added or removed by hand, and changes that came in commits made without crm, are written to the
    journal as what they are. Every writing command does this for the records it touches; git's hook before a commit,
    and `crm sync`, for all.

    Example:
      crm journal drift
    """
    from crmcli.actions.journal import take_drift

    session = session_of(ctx)
    if in_commit and not session.given.get("book"):
        _of_commit(session)
        return
    _tell(session, take_drift(session.book, in_commit=in_commit), in_commit=in_commit)


def _of_commit(session: Session) -> None:
    """Of the books in the repository that is committing: git calls its hook at the top of the work tree."""
    from contextlib import closing
    from pathlib import Path

    from crmcli.actions.journal import take_drift
    from crmcli.store.book import open_book
    from crmcli.store.pre_commit import books_in_commit

    for root in books_in_commit(Path.cwd()):
        book = open_book(root, me=str(session.given.get("me") or ""))
        with closing(book.index):
            _tell(session, take_drift(book, in_commit=True), in_commit=True)


def _tell(session: Session, taken: "DriftTaken", *, in_commit: bool) -> None:
    for notice in taken.notices:
        session.out.note(notice)
    if taken.changes:
        changes = "1 change" if taken.changes == 1 else f"{taken.changes} changes"
        records = "1 record" if taken.records == 1 else f"{taken.records} records"
        session.out.note(f"journaled {changes} of {records} made without crm")
    elif not in_commit and not taken.notices:
        session.out.note("the journal knows everything the files say")
