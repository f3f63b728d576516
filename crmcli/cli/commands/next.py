"""`crm next WHO WHEN WHAT…`: put the next step."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WHO WHEN WHAT...",
            help="Who, several joined by commas; when (fri, +2w, 2026-12-01 14:00, 下周一); what",
            show_default=False,
        ),
    ],
    seat: Annotated[str, typer.Option("--for", metavar="MEMBER", help="Whose task it is; mine when left out")] = "",
) -> None:
    """Put the next step

    Makes a task on each record, due WHEN.

    Example:
      crm next acme fri call back about the quote
      crm next 3 2026-12-01 14:00 demo on site --for anna
    """
    from crmcli.actions.next_step import next_step
    from crmcli.cli.split import WordsMissingError, who_and_text
    from crmcli.cli.telling import tell
    from crmcli.reports.telling import planned

    session = session_of(ctx)
    refs, rest = who_and_text(session, words)
    if not rest:
        raise WordsMissingError("crm next WHO fri call back")
    outcome = next_step(session.book, refs, rest, seat=seat, dry_run=session.options.dry_run)
    tell(session, outcome, planned(session.book, refs, outcome))
