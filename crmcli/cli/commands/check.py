"""`crm check`: what is wrong in the book."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    quiet_warnings: Annotated[bool, typer.Option("--errors", help="Leave warnings out")] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Put right what leaves no choice; shown first, undoable")] = False,
) -> None:
    """Look for what is wrong in the book

    Every file is read: engine files, records, journal, hooks. Each problem has a code, a place and what to do about
    it. Exits 1 when there are errors.

    --fix puts right what leaves nobody a choice: values in another notation than files have (`country: Germany`),
    references by a record's whole name, files that a hand only renamed, ops that were cut off. It shows what it will do and
    asks; --dry-run only shows. `crm undo` takes it back. What is left is told as always.

    Example:
      crm check
      crm check --format json
      crm check --fix --dry-run
    """
    from crmcli.checks import run_checks
    from crmcli.cli.problems import report

    session = session_of(ctx)
    session.tells_problems = True
    if fix:
        from crmcli.cli.mending import put_right

        put_right(session)
    problems = [p for p in run_checks(session.book) if p.severity == "error" or not quiet_warnings]
    report(session, problems)
