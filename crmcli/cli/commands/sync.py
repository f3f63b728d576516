"""`crm sync [WHO WORD…]`: share the book through git."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WHO... WORD...",
            help="Answers to what is open: a record, then field=value; several one after the other",
            show_default=False,
        ),
    ] = None,
    ours: Annotated[bool, typer.Option("--ours", help="Take our side of everything open, or of whom you name")] = False,
    theirs: Annotated[bool, typer.Option("--theirs", help="Take their side")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Ask about every field both sides changed")] = False,
    message: Annotated[str, typer.Option("--message", metavar="TEXT", help="The commit's message")] = "",
) -> None:
    """Share the book through git

    Commits what is here, fetches what colleagues shared, merges both field by field and pushes: one command at the
    beginning and the end of a day. Of a field that both sides changed the later change counts, and you are told; the other
    one is in the history. What only you can decide is asked on a terminal; a script gets a list and exit code 5, and
    answers with field=value, --ours or --theirs. Until then nothing is half merged: your files stay as they are.
    Without a network it commits, says so and exits with 1. History that was shared is never rewritten.

    Example:
      crm sync
      crm sync --message "week 47"
      crm sync arm-for-acme stage=won
      crm sync --dry-run
    """
    from crmcli.cli.syncing import Syncing

    Syncing(session_of(ctx), words or [], ours=ours, theirs=theirs).run(strict=strict, message=message)
