"""`crm journal drift`: take up what was changed without crm."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


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
    taken = take_drift(session.book, in_commit=in_commit)
    for notice in taken.notices:
        session.out.note(notice)
    if taken.changes:
        changes = "1 change" if taken.changes == 1 else f"{taken.changes} changes"
        records = "1 record" if taken.records == 1 else f"{taken.records} records"
        session.out.note(f"journaled {changes} of {records} made without crm")
    elif not in_commit and not taken.notices:
        session.out.note("the journal knows everything the files say")
