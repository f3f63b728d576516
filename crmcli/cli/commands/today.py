"""`crm today [FILTER…]`: the day's queue; bare `crm` runs it too."""

from typing import Annotated

import typer

from crmcli.cli.arguments import Filter
from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    words: Filter = None,
    member: Annotated[str, typer.Option("--for", metavar="MEMBER", help="Show this colleague's day")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Show every line of each group")] = False,
) -> None:
    """Show what to do today

    Late tasks, what waits for you, what is due today, who has gone quiet, deals without a next step: a line a record
    with its reasons, most pressing first. It is yours and nobody's: tasks for you, records you own, and those without
    anybody. The lines are numbered, and `crm done 1` or `crm log 2 …` takes their numbers. --explain says how a record
    gets into each group. A screen shows the first of each group, every other format all of them.

    FILTER narrows by the record of a line, and where a task cannot be asked it, by what the task is on: `amount:5k..`
    leaves deals and the tasks on them.

    Example:
      crm
      crm today --for ben
      crm today stage:proposal --all
    """
    from crmcli.reports.today import DEFINITION, queue_of, today_table, today_view

    session = session_of(ctx)
    if session.options.explain:
        session.out.text(DEFINITION)
        return
    screen = session.out.draws
    if screen and not member and session.may_ask:
        from crmcli.cli.introduction import introduce_gently

        introduce_gently(session)
    limit = session.out.limit_or(0) or None
    whose = session.book.resolve("member", member) if member else ""
    everything = everything or not screen or session.options.limit == 0
    language = "" if screen else "en"
    queue = queue_of(session.book, words or (), whose, everything=everything, limit=limit, language=language)
    if screen:
        from crmcli.render.today import today_lines

        view = today_view(session.book, queue)
        session.out.insist(found=bool(view.lines))
        session.out.lines(
            today_lines(view, session.terminal.width, session.language), [line.ref for line in view.lines]
        )
        return
    for note in queue.notes:
        session.out.note(note)
    session.out.rows(today_table(queue))
