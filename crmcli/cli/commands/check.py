"""`crm check`: what is wrong in the book."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    quiet_warnings: Annotated[bool, typer.Option("--errors", help="Leave warnings out")] = False,
) -> None:
    """Look for what is wrong in the book

    Every file is read: engine files, records, journal, hooks. Each problem has a code, a place and what to do about
    it. Exits 1 when there are errors.

    Example:
      crm check
      crm check --format json
    """
    from crmcli.checks import run_checks
    from crmcli.cli.problems import report

    session = session_of(ctx)
    session.tells_problems = True
    problems = [p for p in run_checks(session.book) if p.severity == "error" or not quiet_warnings]
    report(session, problems)
