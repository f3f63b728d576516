"""`crm help [COMMAND…]`: the same pages as `--help`."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="COMMAND...", help="A command, or a noun and its verb")
    ] = None,
) -> None:
    """Explain a command

    Without COMMAND, the overview.

    Example:
      crm help move
      crm help customer add
    """
    from crmcli.cli.app import CrmGroup
    from crmcli.cli.click_seam import open_context

    session = session_of(ctx)
    context = ctx.find_root()
    command = context.command
    for word in words or []:
        if not isinstance(command, CrmGroup):
            break
        name, found, _rest = command.resolve_command(context, [word])
        if found is None:
            break
        command = found
        context = open_context(command, name or word, [], session, parent=context, resilient=True)
    session.out.text(command.get_help(context).splitlines())
