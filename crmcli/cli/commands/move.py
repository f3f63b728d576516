"""`crm move WHO… STAGE [field=value…] [-m TEXT]`: move to another stage."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WHO... STAGE [WORD...]",
            help="Who, the stage by name or label, then fields that travel with the move",
            show_default=False,
        ),
    ],
    note: Annotated[str, typer.Option("-m", "--note", metavar="TEXT", help="Why, kept with the move")] = "",
) -> None:
    """Move records to another stage

    Fields travel with the move, so that what the stage needs is there when it is asked for.

    Example:
      crm move acme-robot proposal amount=12k close=fri
      crm move 6 lost lost_reason=price -m 'chose the rival'
    """
    from crmcli.actions.move import move_records
    from crmcli.actions.words import is_word
    from crmcli.cli.missing import asking
    from crmcli.cli.split import WhoMissingError, WordsMissingError
    from crmcli.cli.telling import tell
    from crmcli.cli.who import find_records
    from crmcli.reports.telling import moved

    session = session_of(ctx)
    first = next((place for place, word in enumerate(words) if is_word(word)), len(words))
    if first < 2:
        raise WordsMissingError("crm move WHO STAGE [field=value…] -m 'why'") if first else WhoMissingError
    refs = find_records(session, words[: first - 1])
    stage = words[first - 1]

    outcome = asking(
        session,
        words[first:],
        lambda given: move_records(session.book, refs, stage, given, note=note, dry_run=session.options.dry_run),
        of=refs,
    )
    tell(session, outcome, moved(session.book, outcome))
