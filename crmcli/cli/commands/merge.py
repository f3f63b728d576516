"""`crm merge WHO WHO… [WORD…]`: let records go into one."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WHO... WORD...",
            help="The record that is kept, those that go into it, then field=value for a value of your own",
            show_default=False,
        ),
    ],
    take: Annotated[
        str,
        typer.Option(
            "--take",
            metavar="WHO|FIELDS",
            help="Take the values of one that goes, or (several by commas) these fields of it",
            show_default=False,
        ),
    ] = "",
    archived: Annotated[
        bool, typer.Option("--archived", help="Though one of them is archived and the other not")
    ] = False,
) -> None:
    """Make several records one

    The first is kept; the others go into it. What only they have becomes its, lists are united, their text comes below its
    own, references, notes and attachments follow, and their names still find it. Where they differ you are asked on a
    terminal; in a script the kept one's value stays unless --take or field=value says otherwise. A stage never moves. The
    journal keeps everything: `crm unmerge` takes them apart again, even years later.

    Example:
      crm merge acme acme-germany --dry-run
      crm merge acme acme-germany acme-ltd --take name,owner
      crm merge acme acme-germany name='Acme SE'
    """
    from crmcli.cli.merging import Merging

    Merging(session_of(ctx), words, take=take, archived=archived).run()
