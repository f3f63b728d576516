"""`crm edit WHO…`: open records in the editor."""

import typer

from crmcli.cli.arguments import Who
from crmcli.cli.session import session_of


def run(ctx: typer.Context, who: Who) -> None:
    """Edit records in your editor

    Opens a copy in VISUAL or EDITOR; what you changed is merged by field when you leave, so that nobody's change
    meanwhile is lost. What cannot be merged or read is kept, and the message says where.

    Example:
      crm edit acme
    """
    from crmcli.cli.editing import edit_record
    from crmcli.cli.who import find_records

    session = session_of(ctx)
    for ref in find_records(session, who):
        edit_record(session, ref)
