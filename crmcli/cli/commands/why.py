"""`crm why WHO[.FIELD]…`: where the values of a record are from."""

import typer

from crmcli.cli.answers import for_people, write_rows
from crmcli.cli.arguments import Commits, WhoField
from crmcli.cli.session import session_of
from crmcli.cli.who import find_fields


def run(ctx: typer.Context, who: WhoField, commits: Commits = False) -> None:
    """Say who or what each value is from

    Who set it, when, with which command and on which way (a hand, an import, a rule, a hook, a commit), and what it was
    before; defaults, computed fields with the values of their parts, and what a stage gives. WHO.FIELD asks about one
    field, WHO.TAG about one tag: who put it on, or which conditions of a dynamic tag hold.

    Example:
      crm why acme
      crm why acme.owner --commits
      crm why acme-robot.weighted --format json
    """
    from crmcli.reports.why import why

    session = session_of(ctx)
    people = for_people(session) and not session.options.columns
    table = why(session.book, find_fields(session, who), people=people, commits=commits)
    write_rows(session, table, "nothing is filled", numbered=False)
