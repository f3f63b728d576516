"""`crm TYPES FILTER…`: list records."""

import typer

from crmcli.cli.arguments import Filter
from crmcli.cli.session import session_of


def run(ctx: typer.Context, words: Filter = None) -> None:
    """List records

    All words must hold; archived records are left out unless a word asks for them. Without --columns the type's own
    list is shown, which may change with the book: scripts name their columns. They come in the order of their titles;
    of a type whose list begins with a day, as that of tasks, in the order of days. On a terminal the rows are numbered, and
    `crm done 3` means the third of them.

    Example:
      crm deals stage:proposal,negotiation amount:5k.. close:..fri
      crm customers +vip -churned --columns id,name,owner.region --format csv
      crm tasks is:open --sort -due
      crm customers --columns 'name,sum(deals.amount, is:won)' --sort '-sum(deals.amount, is:won)'
    """
    from crmcli.reports.listing import Request, explain_list, list_records

    session = session_of(ctx)
    options = session.options
    people = session.out.format("rows") in ("table", "md", "plain")
    request = Request(words or (), options.columns, options.sort, session.out.shown, people)
    if options.explain:
        session.out.text(explain_list(session.book, session.record_type, request))
    else:
        session.out.rows(list_records(session.book, session.record_type, request), arranged=True)
