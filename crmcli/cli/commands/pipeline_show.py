"""`crm pipeline show PIPELINE`: its stages and rules."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="PIPELINE", help="Its name, label or type", show_default=False)],
) -> None:
    """Show the stages of a pipeline

    In order, with where a record may go next, what must be filled on entry, odds, rot, and how many are there now.

    Example:
      crm pipeline show sales
    """
    from crmcli.reports.pipelines import pipeline_named, pipeline_show

    session = session_of(ctx)
    session.out.rows(pipeline_show(session.book, pipeline_named(session.book, name)), numbered=False)
