"""`crm TYPE add TITLE WORD…`: make a record."""

from typing import Annotated

import typer

from crmcli.cli.arguments import Words
from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What the record is called", show_default=False)] = "",
    words: Words = None,
) -> None:
    """Make a record

    TITLE fills the type's title field; the other words fill fields and tags. The id is made from the title.

    Example:
      crm customer add 'Acme GmbH' country=DE phone='+49 30 901820' +emea
      crm deal add 'Robot arm' customer=acme amount=12k close=fri
    """
    from crmcli.actions.add import add_record
    from crmcli.actions.words import is_title
    from crmcli.cli.missing import asking
    from crmcli.cli.telling import tell
    from crmcli.reports.telling import named

    session = session_of(ctx)
    given, title = list(words or []), title.strip()
    if title and not is_title(title):
        given.insert(0, title)
        title = ""

    outcome = asking(
        session,
        given,
        lambda words: add_record(session.book, session.record_type, title, words, dry_run=session.options.dry_run),
    )
    tell(session, outcome, f"added {named(session.book, outcome) if not outcome.dry else ''}")
