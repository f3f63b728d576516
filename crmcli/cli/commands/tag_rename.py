"""`crm tag rename OLD NEW`: call a tag something else."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    old: Annotated[str, typer.Argument(metavar="OLD", help="The tag as it is", show_default=False)],
    new: Annotated[str, typer.Argument(metavar="NEW", help="What it shall be called", show_default=False)],
) -> None:
    """Rename a tag everywhere

    One op, which `crm undo` takes back.

    Example:
      crm tag rename prospct prospect
    """
    from crmcli.actions.tag import rename_tag
    from crmcli.cli.telling import tell
    from crmcli.reports.telling import named

    session = session_of(ctx)
    outcome = rename_tag(session.book, old.lstrip("+"), new.lstrip("+"), dry_run=session.options.dry_run)
    tell(session, outcome, f"{old} is {new} now on {named(session.book, outcome) if outcome.refs else ''}.")
