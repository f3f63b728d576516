"""`crm find TEXT…`: look inside everything."""

from typing import Annotated

import typer

from crmcli.cli.answers import for_people, write_rows
from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    text: Annotated[
        list[str], typer.Argument(metavar="TEXT...", help="Words that must all occur, in any order", show_default=False)
    ],
) -> None:
    """Find text in names, fields, notes and the log

    All words must occur in a record, its log or the remarks on its moves; parts of words count, two Chinese letters are
    enough, and names are found by their pinyin too. Names come before other fields, those before the log, archived
    records last.

    Example:
      crm find hydraulic press
      crm find 液压
      crm find rival --format ids
    """
    from crmcli.reports.search import search

    session = session_of(ctx)
    people = for_people(session) and not session.options.columns
    table = search(session.book, text, session.out.limit, people=people)
    write_rows(session, table, f"nothing holds {' and '.join(text)}")
