"""`crm changes --after ID`: the journal for other programs."""

from itertools import chain
from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    after: Annotated[str, typer.Option("--after", metavar="ID", help="The last event you have seen")] = "",
) -> None:
    """Write what happened since an event, for programs

    One event a line, as the journal has it, in the order of ids; without --after all of them. A program keeps the `id`
    of the last line and asks for what came after it. What a merge brings may have smaller ids than what was there
    before; --format ids lists the ids alone.

    Example:
      crm changes --after 01KAGN3E9Q0000000000000000
      crm changes --limit 100
    """
    from crmcli.reports.changes import events_after

    session = session_of(ctx)
    name = session.options.format
    events = events_after(session.book, after, session.options.limit or None)
    first = next(events, None)
    session.out.insist(found=first is not None)
    events = chain(() if first is None else (first,), events)
    if name == "json":
        session.out.json_array(events)
    elif name == "ids":
        session.out.text(str(event["id"]) for event in events)
    else:
        for event in events:
            session.out.json(event)
