"""`crm hook trust NAME`: look at a hook and let it run here."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A hook of the book", show_default=False)],
    revoke: Annotated[bool, typer.Option("--revoke", help="Take the trust back")] = False,
) -> None:
    """Look at a hook and let it run on this machine

    Shows its text, or what changed since you trusted it, and asks. What you trust is this very text: when it changes,
    it is inert until you look again.

    Example:
      crm hook trust won-to-ledger
    """
    from crmcli.actions.hook import distrust_hook, trust_hook, view_hook
    from crmcli.cli.problems import BrokenHookError
    from crmcli.engines.hooking import site_of

    session = session_of(ctx)
    site = site_of(session.book)
    if revoke:
        session.out.note(f"{name} is {'no longer' if distrust_hook(site, name) else 'not'} trusted on this machine.")
        return
    view = view_hook(site, name)
    if view.state == "trusted":
        session.out.note(f"{name} is trusted on this machine already.")
        return
    session.out.text((view.diff or view.content).splitlines())
    if view.state == "broken":
        raise BrokenHookError(name, view.problems)
    session.ask_yes(f"let {name} run on this machine?")
    trust_hook(site, name, view.sha256)
    session.out.note(f"{name} is trusted on this machine.")
