"""`crm attach WHO FILE…`: copy files into the book."""

from pathlib import Path
from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    who: Annotated[str, typer.Argument(metavar="WHO", help="The record", show_default=False)],
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files to copy in", show_default=False)],
    field: Annotated[str, typer.Option("--field", metavar="FIELD", help="The file field that is to name them")] = "",
) -> None:
    """Copy files into the book

    They land in files/TYPE/ID/ and are noted in the log; --field also names them in a file field.

    Example:
      crm attach acme ~/contract.pdf
      crm attach acme logo.png --field logo
    """
    from crmcli.actions.attach import attach_files
    from crmcli.cli.telling import tell
    from crmcli.cli.who import find_record
    from crmcli.reports.telling import named

    session = session_of(ctx)
    ref = find_record(session, who)
    outcome = attach_files(session.book, ref, paths, field=field, dry_run=session.options.dry_run)
    tell(session, outcome, f"attached {len(paths)} to {named(session.book, outcome)}.")
