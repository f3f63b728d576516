"""`crm resolve [WHO] [WORD…]`: settle what a merge left."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WHO... WORD...",
            help="Whose conflicts (all), then field=value for a value of your own",
            show_default=False,
        ),
    ] = None,
    ours: Annotated[bool, typer.Option("--ours", help="Take our side of every conflict named")] = False,
    theirs: Annotated[bool, typer.Option("--theirs", help="Take their side")] = False,
) -> None:
    """Settle what a merge left

    Lists fields that both sides of a git merge changed, each value with who gave it and when. On a terminal you are asked
    field by field; scripts name values, --ours or --theirs. Files that need no decision are merged at once, also those
    that a git host or a git without crm's driver gave up on. What is settled is added for git; committing is yours.
    While git rebases, ours is the branch rebased onto, theirs your own commit. Exits 5 while something is left.

    Example:
      crm resolve
      crm resolve acme amount=12k
      crm resolve acme --theirs
    """
    from crmcli.cli.resolving import Resolving

    session = session_of(ctx)
    Resolving(session, words or [], ours=ours, theirs=theirs).run()
