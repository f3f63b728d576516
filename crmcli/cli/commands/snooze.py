"""`crm snooze WHO… WHEN`: put tasks off."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WHO... WHEN", help="Tasks, or records whose earliest task is meant; then when", show_default=False
        ),
    ],
) -> None:
    """Put tasks off

    WHEN is what the last words say: a day, a span (+3d), a day and a time.

    Example:
      crm snooze 2 mon
      crm snooze acme,beta +1w
    """
    from crmcli.actions.done import snooze
    from crmcli.actions.next_step import TASK
    from crmcli.cli.split import WhoMissingError, WordsMissingError
    from crmcli.cli.telling import tell
    from crmcli.cli.who import find_records
    from crmcli.reports.telling import put_off
    from crmcli.text.dates import parse_when

    session = session_of(ctx)
    if len(words) == 1:
        raise WordsMissingError("crm snooze WHO mon (a day, a span +3d, a day and a time)")
    now, week, worked = session.book.now(), session.book.setup.config.week, session.book.worked(TASK)
    for start in range(1, len(words)):
        found = parse_when(words[start:], now, week=week, worked=worked)
        if found and found[1] == len(words) - start:
            break
    else:
        start = max(len(words) - 1, 0)
    if not start:
        raise WhoMissingError
    outcome = snooze(session.book, find_records(session, words[:start]), words[start:], dry_run=session.options.dry_run)
    tell(session, outcome, put_off(session.book, outcome))
