"""`crm tag list`: the tags in use."""

import typer

from crmcli.cli.answers import write_rows
from crmcli.cli.session import session_of


def run(ctx: typer.Context) -> None:
    """List the tags in use

    Each with the number of records that carry it, in all and per type; archived records do not count.

    Example:
      crm tag list
    """
    from crmcli.reports.tags import tag_list

    session = session_of(ctx)
    table = tag_list(session.book, session.out.limit)
    write_rows(session, table, "no record has a tag; `crm set WHO +TAG` puts one", numbered=False)
