"""`crm delete WHO… --purge`: remove records."""

from typing import Annotated

import typer

from crmcli.cli.arguments import Who
from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    who: Who,
    purge: Annotated[bool, typer.Option("--purge", help="Say that the files are to go")] = False,
) -> None:
    """Remove records for good

    The files go; the journal keeps what they said, so `crm undo` brings them back. Records that others refer to stay.
    To hide a record, archive it.

    Example:
      crm delete test-customer --purge
    """
    from crmcli.actions.archive import PurgeNotSaidError, delete
    from crmcli.cli.telling import tell
    from crmcli.cli.who import find_records

    session = session_of(ctx)
    if not purge:
        raise PurgeNotSaidError
    refs = find_records(session, who)
    listed = ", ".join(f"{session.book.title_of(ref)} ({ref})" for ref in refs[:5])
    if not session.options.dry_run:
        session.ask_yes(f"remove {listed}{' …' if len(refs) > 5 else ''}?")
    outcome = delete(session.book, refs, purge=True, dry_run=session.options.dry_run)
    tell(session, outcome, f"removed {listed}; `crm undo` brings it back.")
