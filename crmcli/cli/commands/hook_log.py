"""`crm hook log [NAME]`: what hooks did."""

from typing import Annotated

import typer

from crmcli.cli.answers import write_rows
from crmcli.cli.session import session_of
from crmcli.reports.cells import INTEGER, NUMBER, TEXT

_FORMS = {"exit": INTEGER, "attempt": INTEGER, "seconds": NUMBER}


def run(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="One hook; all when left out")] = "",
) -> None:
    """Show what hooks did on this machine

    Newest last; with --explain also what they said.

    Example:
      crm hook log
      crm hook log won-to-ledger --explain
    """
    from crmcli.actions.hook import hook_runs
    from crmcli.engines.hooking import site_of
    from crmcli.reports.table import Column, Table

    session = session_of(ctx)
    runs = hook_runs(site_of(session.book), name, session.out.limit_or(20))
    names = ["at", "hook", "event", "on", "outcome", "exit", "seconds", "attempt", "key"]
    if session.options.explain:
        names += ["stdout", "stderr", "trouble"]
    rows = [tuple(getattr(entry, column) for column in names) for entry in runs]
    columns = tuple(Column(column, column.capitalize(), _FORMS.get(column, TEXT)) for column in names)
    table = Table(columns, rows, found=len(rows), key="key")
    write_rows(session, table, "no hook has run on this machine", numbered=False)
