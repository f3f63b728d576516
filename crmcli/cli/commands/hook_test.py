"""`crm hook test NAME`: run a hook on a sample."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A trusted hook of the book", show_default=False)],
) -> None:
    """Run a hook on a sample

    It is told of a made-up event that fits its trigger, with CRM_HOOK_TEST=1. What it is told and what it says is shown.

    Example:
      crm hook test chat-webhook
    """
    from crmcli.actions.hook import try_hook
    from crmcli.engines.hooking import site_of
    from crmcli.engines.hooks.launch import failure_in_words

    session = session_of(ctx)
    tried = try_hook(site_of(session.book), name)
    session.out.json(tried.payload)
    run_ = tried.launch.run
    if run_ is not None:
        session.out.text([*run_.stdout.splitlines(), *run_.stderr.splitlines()])
        session.out.note(failure_in_words(tried.launch, 0.0) or f"{name} ended well after {run_.seconds:.1f} s.")
