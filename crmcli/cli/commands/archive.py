"""`crm archive WHO…`: put records away."""

import typer

from crmcli.cli.arguments import Who
from crmcli.cli.session import session_of


def run(ctx: typer.Context, who: Who) -> None:
    """Put records away

    They leave lists and stay where they are; `crm set WHO archived=` brings them back.

    Example:
      crm archive acme
      crm customers touched:..-2y --format ids | crm archive -
    """
    from crmcli.actions.archive import archive
    from crmcli.cli.telling import tell
    from crmcli.cli.who import find_records
    from crmcli.reports.telling import named

    session = session_of(ctx)
    outcome = archive(session.book, find_records(session, who), dry_run=session.options.dry_run)
    tell(session, outcome, f"archived {named(session.book, outcome) if outcome.refs else ''}.")
