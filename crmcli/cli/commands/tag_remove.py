"""`crm tag remove TAG`: take a tag off every record."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    tag: Annotated[str, typer.Argument(metavar="TAG", help="The tag", show_default=False)],
) -> None:
    """Take a tag off every record

    One op, which `crm undo` brings back. Asks first when more than one record carries it.

    Example:
      crm tag remove fair-2024
    """
    from crmcli.actions.tag import carriers, remove_tag
    from crmcli.cli.telling import tell
    from crmcli.reports.telling import named

    session = session_of(ctx)
    name = tag.lstrip("+")
    count = len(carriers(session.book, name))
    if count > 1 and not session.options.dry_run:
        session.ask_yes(f"take {name} off {count} records?")
    outcome = remove_tag(session.book, name, dry_run=session.options.dry_run)
    tell(session, outcome, f"{name} is gone from {named(session.book, outcome) if outcome.refs else ''}.")
