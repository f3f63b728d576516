"""`crm log WHO[,WHO…] [TEXT…]`: write down what happened."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(  # noqa: PLR0917 - typer passes them by name
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WHO [TEXT...]",
            help="Who, several joined by commas; then what. Without TEXT lines are read; - alone reads JSON lines",
            show_default=False,
        ),
    ],
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help="call, email, meeting, note, …")] = "",
    incoming: Annotated[bool, typer.Option("--in", help="They reached us")] = False,
    outgoing: Annotated[bool, typer.Option("--out", help="We reached them")] = False,
    took: Annotated[str, typer.Option("--took", metavar="20min", help="How long it took")] = "",
    at: Annotated[str, typer.Option("--at", metavar="WHEN", help="When it happened, if not now")] = "",
    following: Annotated[str, typer.Option("--next", metavar="'WHEN WHAT'", help="The next step, as a task")] = "",
) -> None:
    """Write down what happened

    Without TEXT it reads lines: on a terminal until ^D, measuring the minutes, else from stdin. A line
    `next: WHEN WHAT` becomes a task. `crm log -` takes JSON lines from other programs.

    Example:
      crm log acme --kind call --in wants a quote
      crm log acme,li-wei met at the fair --next 'fri send the offer'
    """
    from crmcli.cli.log_input import TwoDirectionsError, log_json_lines, log_words

    session = session_of(ctx)
    if list(words) == ["-"]:
        log_json_lines(session)
        return
    if incoming and outgoing:
        raise TwoDirectionsError
    direction = "in" if incoming else "out" if outgoing else ""
    log_words(session, words, kind=kind, direction=direction, took=took, at=at, following=following)
