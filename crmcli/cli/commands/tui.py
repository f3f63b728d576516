"""`crm tui`: the round at the terminal."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    theme: Annotated[str, typer.Option("--theme", metavar="THEME", help="dark, light or contrast")] = "",
) -> None:
    """Work through the day on the whole screen

    The queue of `crm today` and the brief of the record under the cursor; log, finish, put off, move and plan with one key
    each. ? shows all keys. It needs the extra tui: pip install 'crmcli[tui]'.

    Example:
      crm tui
      crm tui --theme light
    """
    from crmcli.cli.full_screen import run_tui

    run_tui(session_of(ctx), theme)
