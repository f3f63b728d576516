"""`crm diff [--since WHEN] [FILTER…]`: the weekly review."""

from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from crmcli.cli.arguments import Filter
from crmcli.cli.session import Session, session_of

if TYPE_CHECKING:
    from crmcli.reports.diff import DiffView


def run(
    ctx: typer.Context,
    words: Filter = None,
    since: Annotated[
        str,
        typer.Option("--since", metavar="WHEN", help="The day it begins with, or a moment; a week ago, if not said"),
    ] = "",
) -> None:
    """Show what happened to the pipeline since a day

    What is new, won and lost, what moved on or back, whose close date slipped and how often it has, what grew or
    shrank, and what stayed quiet, each heading with its number and sum. A record stands under every heading that is
    true of it. FILTER finds a record as it is now or as it was then. `--format md` writes the minutes of the meeting;
    `crm contract diff` looks at another type. --as-of ends the review earlier. Where the first word is a branch, a tag or a
    commit of git, the review begins with the book as it is there; with --on it ends on another branch.

    Example:
      crm diff
      crm diff --since 2026-11-01 owner:me
      crm diff --since -1mo --format md
      crm diff main --on new-prices
    """
    from crmcli.reports.diff import diff_table

    session = session_of(ctx)
    view = _review(session, words or [], since)
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


def _review(session: Session, words: "list[str]", since: str) -> "DiffView":
    """What happened since the revision that the first word names, else since a moment."""
    from crmcli.cli.past import book_on_revision
    from crmcli.cli.since import SinceTwiceError, past_since
    from crmcli.reports.diff import pipeline_diff
    from crmcli.reports.selection import staged_type
    from crmcli.store.revision import find_revision

    type_ = staged_type(session.book.setup, session.noun, money=True)
    revision = find_revision(session.present, words[0]) if words else None
    if revision is not None:
        if since:
            raise SinceTwiceError(since, revision.name)
        then = book_on_revision(session, revision.name)
        view = pipeline_diff(then, session.book, type_, words[1:], since=revision.at)
        lines = tuple(line for line in view.lines if line.group != "quiet")  # between branches no time passes
        return view._replace(lines=lines, since=revision.name, until=session.options.on or view.until)
    with closing(past_since(session.book, since or "-7d")) as past:
        return pipeline_diff(past, session.book, type_, words)


def _is_minutes(session: Session) -> bool:
    """Whether the minutes of the meeting are asked for, and not a table of chosen columns."""
    options = session.options
    return options.format == "md" and not options.columns and not options.sort
