"""`crm pipeline list`: the pipelines of the book."""

import typer

from crmcli.cli.answers import write_rows
from crmcli.cli.session import session_of


def run(ctx: typer.Context) -> None:
    """List the pipelines

    Each with the record type it is for, its stages, and how many of its records are open.

    Example:
      crm pipeline list
    """
    from crmcli.reports.pipelines import pipeline_list

    session = session_of(ctx)
    nothing = "this book has no pipelines; a file in pipelines/ makes one"
    write_rows(session, pipeline_list(session.book), nothing, numbered=False)
