"""`crm done WHO… [TEXT]`: finish tasks."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WHO [TEXT...]",
            help="A task, or a record whose earliest task is meant, several joined by commas; then what came of it",
            show_default=False,
        ),
    ],
    following: Annotated[str, typer.Option("--next", metavar="'WHEN WHAT'", help="The next step, as a task")] = "",
) -> None:
    """Finish tasks

    TEXT is logged on what the task is about.

    Example:
      crm done 3
      crm done li-wei,acme called back --next 'fri send the offer'
    """
    from crmcli.actions.done import finish
    from crmcli.cli.split import who_and_text
    from crmcli.cli.telling import tell
    from crmcli.reports.telling import finished

    session = session_of(ctx)
    refs, text = who_and_text(session, words)
    outcome = finish(session.book, refs, " ".join(text), following=following.split(), dry_run=session.options.dry_run)
    tell(session, outcome, finished(session.book, outcome))
