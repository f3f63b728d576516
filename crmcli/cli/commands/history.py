"""`crm history WHO[.FIELD]…`: every change of a record, or of one field."""

import typer

from crmcli.cli.answers import for_people, write_rows
from crmcli.cli.arguments import Commits, WhoField
from crmcli.cli.session import session_of
from crmcli.cli.who import find_fields


def run(ctx: typer.Context, who: WhoField, commits: Commits = False) -> None:
    """Show every change of a record

    Newest first: when it was so, who, by which command and on which way, from what to what, and the op, which `crm undo`
    takes. WHO.FIELD shows one field alone; of a computed field, the changes of what it is worked out from. A record whose
    file is no more is named by its id, and it is said how it went.

    Example:
      crm history acme
      crm history acme.owner --commits
      crm history acme --limit 5 --format json
    """
    from crmcli.cli.gone import say_who_is_gone
    from crmcli.reports.history import history

    session = session_of(ctx)
    subjects = find_fields(session, who)
    people = for_people(session) and not session.options.columns
    refs, fields = [ref for ref, _ in subjects], [field for _, field in subjects]
    table = history(session.book, refs, session.out.limit, people=people, fields=fields, commits=commits)
    say_who_is_gone(session, refs)
    if table.definition:
        session.out.note(table.definition)
    nothing = "the journal knows nothing of it yet: the file was made by hand"
    if any(fields):
        nothing = "the journal knows of no change of it"
    write_rows(session, table, nothing, numbered=False)
