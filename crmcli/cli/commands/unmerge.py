"""`crm unmerge WHO [OTHER]`: take a record out of the one it went into."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    who: Annotated[str, typer.Argument(metavar="WHO", help="The record that was kept, or the one that went into it")],
    other: Annotated[
        str, typer.Argument(metavar="OTHER", help="The one to take out, where several went into it", show_default=False)
    ] = "",
    to_b: Annotated[
        str,
        typer.Option(
            "--to-b",
            metavar="REF,…",
            help="What came after the merge and goes with the one taken out: records by id, log lines by the event's id",
            show_default=False,
        ),
    ] = "",
) -> None:
    """Take merged records apart

    The one that went comes back as it was, with everything that is its: references, log lines, the fields it gave, as far as
    they were not changed since. What came after the merge goes where it belongs, by the records and addresses it names. Where
    nothing tells, you are asked on a terminal; in a script it stays with the one that was kept, and is listed.

    Example:
      crm unmerge acme
      crm unmerge acme acme-germany --dry-run
      crm unmerge acme acme-germany --to-b deals/robot-2p9dk,01KAMZ3E
    """
    from crmcli.cli.unmerging import Unmerging

    Unmerging(session_of(ctx), who, other, [word for word in to_b.split(",") if word]).run()
