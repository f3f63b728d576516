"""`crm TYPES edit FILTER…`: a list as a sheet in the editor."""

import typer

from crmcli.cli.arguments import Filter
from crmcli.cli.session import session_of


def run(ctx: typer.Context, words: Filter = None) -> None:
    """Edit a list as a sheet in your editor

    One line a record, one column a field; --columns chooses them, --sort and --limit as in lists. What you changed
    when you leave becomes one op, which `crm undo` takes back whole; a cell that is refused writes nothing, and your
    text is kept where the message says. `crm edit WHO` opens one record instead.

    Example:
      crm deals edit stage:proposal --columns name,amount,close
      crm customers edit +fair-2026
    """
    from crmcli.cli.sheets import edit_sheet

    edit_sheet(session_of(ctx), words or ())
