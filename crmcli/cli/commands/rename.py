"""`crm rename WHO NEW-ID`: give a record another id."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    who: Annotated[str, typer.Argument(metavar="WHO", help="The record")],
    name: Annotated[str, typer.Argument(metavar="NEW-ID", help="Its new id: a-z, 0-9 and single hyphens")],
) -> None:
    """Give a record another id

    Its file is renamed, the old id stays as an alias that WHO understands, and every reference to it is changed. Where a
    hand renamed the file already, this tells the journal.

    Example:
      crm rename acme-7k3f9 acme-germany
    """
    from crmcli.actions.rename import rename, renamed_by_hand
    from crmcli.cli.telling import tell
    from crmcli.cli.who import find_record

    session = session_of(ctx)
    ref = renamed_by_hand(session.book, who, name) or find_record(session, who)
    outcome = rename(session.book, ref, name, dry_run=session.options.dry_run)
    others = len(outcome.refs) - 1
    tell(session, outcome, f"{ref} is {ref.plural}/{name} now{f', {others} references follow' if others > 0 else ''}.")
