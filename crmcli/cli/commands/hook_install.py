"""`crm hook install NAME`: take a shipped hook."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A hook of `crm hook list --shipped`", show_default=False)
    ],
) -> None:
    """Copy a shipped hook into the book

    It is trusted on this machine at once, since its text comes from the program. Colleagues look at it first, with
    `crm hook trust`.

    Example:
      crm hook install won-to-ledger
    """
    from crmcli.actions.hook import install_hook
    from crmcli.engines.hooking import site_of

    session = session_of(ctx)
    done = install_hook(site_of(session.book), name, replace=session.options.yes)
    where = done.path.relative_to(session.book.root).as_posix()
    session.out.note(f"{where} {'installed' if done.changed else 'was there already'} and trusted on this machine.")
    needed = [name for name in done.needs if not name.endswith("?")]
    optional = [name.rstrip("?") for name in done.needs if name.endswith("?")]
    if needed:
        session.out.note(f"it needs {', '.join(needed)}: put them in secrets.toml in your config folder (mode 0600).")
    if optional:
        session.out.note(
            f"where set, it takes {', '.join(optional)} from secrets.toml in your config folder or the environment."
        )
