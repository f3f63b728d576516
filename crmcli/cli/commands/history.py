"""`crm history WHO…`: every change of a record."""

import typer

from crmcli.cli.answers import for_people, write_rows
from crmcli.cli.arguments import Who
from crmcli.cli.session import session_of
from crmcli.cli.who import find_records


def run(ctx: typer.Context, who: Who) -> None:
    """Show every change of a record

    Newest first: when, who, by which command, from what to what, and the op, which `crm undo` takes. A record whose
    file is no more is named by its id, and it is said how it went.

    Example:
      crm history acme
      crm history acme --limit 5 --format json
    """
    from crmcli.cli.gone import say_who_is_gone
    from crmcli.reports.columns import chosen_columns
    from crmcli.reports.history import history

    session = session_of(ctx)
    refs = find_records(session, who, gone=True)
    people = for_people(session) and not session.options.columns
    table = chosen_columns(history(session.book, refs, session.out.limit, people=people), session.options.columns)
    say_who_is_gone(session, refs)
    write_rows(session, table, "the journal knows nothing of it yet: the file was made by hand", numbered=False)
