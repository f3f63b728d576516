"""`crm reindex`: build the index anew."""

import typer

from crmcli.cli.session import session_of


def run(ctx: typer.Context) -> None:
    """Build the index anew

    The index is made from the files and never the other way round, so this changes no answer. It is needed only where
    something outside crm damaged `.crm/index.db` without SQLite noticing.

    Example:
      crm reindex
    """
    session = session_of(ctx)
    session.book.index.rebuild()
    session.out.note(f"index of {session.book.root} built")
