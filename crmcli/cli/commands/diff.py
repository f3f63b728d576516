"""`crm diff [--since WHEN] [FILTER…]`: the weekly review."""

from typing import Annotated

import typer

from crmcli.cli.arguments import Filter
from crmcli.cli.session import Session, session_of


def run(
    ctx: typer.Context,
    words: Filter = None,
    since: Annotated[str, typer.Option("--since", metavar="WHEN", help="The day it begins with, or a moment")] = "-7d",
) -> None:
    """Show what happened to the pipeline since a day

    What is new, won and lost, what moved on or back, whose close date slipped and how often it has, what grew or
    shrank, and what stayed quiet, each heading with its number and sum. A record stands under every heading that is
    true of it. FILTER finds a record as it is now or as it was then. `--format md` writes the minutes of the meeting;
    `crm contract diff` looks at another type. --as-of ends the review earlier.

    Example:
      crm diff
      crm diff --since 2026-11-01 owner:me
      crm diff --since -1mo --format md
    """
    from crmcli.cli.since import past_since
    from crmcli.reports.diff import diff_table, pipeline_diff
    from crmcli.reports.selection import staged_type

    session = session_of(ctx)
    type_ = staged_type(session.book.setup, session.noun, money=True)
    past = past_since(session.book, since)
    view = pipeline_diff(past, session.book, type_, words or ())
    past.close()
    drawn, minutes = session.out.draws, _is_minutes(session)
    if drawn or minutes:
        for note in view.notes:
            session.out.note(f"warning: {note}")
        session.out.insist(found=bool(view.lines))
    if drawn:
        from crmcli.render.diff import diff_lines

        session.out.lines(diff_lines(view, session.terminal.width, session.language), [line.ref for line in view.lines])
    elif minutes:
        from crmcli.render.diff import diff_markdown

        session.out.raw(diff_markdown(view, session.language))
    else:
        session.out.rows(diff_table(view))


def _is_minutes(session: Session) -> bool:
    """Whether the minutes of the meeting are asked for, and not a table of chosen columns."""
    options = session.options
    return options.format == "md" and not options.columns and not options.sort
