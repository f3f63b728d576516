"""`crm hook retry [KEY]`: run again what failed."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    key: Annotated[
        str, typer.Argument(metavar="KEY", help="One run of `crm hook log`; all that failed when left out")
    ] = "",
) -> None:
    """Run again what failed

    With the same key as the first time, so that a hook can tell.

    Example:
      crm hook retry
    """
    from crmcli.actions.hook import retry_hooks
    from crmcli.engines.hooking import site_of

    session = session_of(ctx)
    keys, notices = retry_hooks(site_of(session.book), key)
    for notice in notices:
        session.out.note(notice)
    session.out.text(keys)
    if not keys:
        session.out.note("nothing failed.")
