"""`crm brief WHO`: one screen before a meeting."""

import typer

from crmcli.cli.arguments import Who
from crmcli.cli.session import session_of
from crmcli.cli.who import find_records


def run(ctx: typer.Context, who: Who) -> None:
    """Show what to know before a meeting

    Who they are and what they want, the next step, open deals, the people, and what was said last, on one screen. A
    contact's or deal's brief speaks of the whole customer. A phone number or mail that nobody has is said to be new.
    --format json has the same parts, texts as shown; `crm show` has the values.

    Example:
      crm brief acme
      crm brief +4930123456
    """
    from crmcli.reports.brief import brief, brief_object, refuse_newcomers

    session = session_of(ctx)
    name = session.options.format
    refuse_newcomers(session.book, who)
    refs = find_records(session, who)
    views = [brief(session.book, ref) for ref in refs]
    if name == "ids":
        session.out.ids(refs)
    elif name in ("json", "jsonl"):
        objects = [brief_object(view) for view in views]
        for value in [objects] if name == "json" and len(objects) > 1 else objects:
            session.out.json(value)
    else:
        from crmcli.render.brief import brief_lines

        pages = [brief_lines(view, session.terminal.width, session.language) for view in views]
        session.out.lines([line for number, page in enumerate(pages) for line in ([(), *page] if number else page)])
