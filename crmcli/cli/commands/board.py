"""`crm board [PIPELINE] [FILTER…]`: stages as columns of cards."""

import typer

from crmcli.cli.arguments import Filter
from crmcli.cli.session import session_of


def run(ctx: typer.Context, words: Filter = None) -> None:
    """Show a pipeline as columns

    Each stage with its records, the greatest amount first, their number and their sum in the book's currency. The first
    word may name a pipeline or a record type; without one it is the pipeline of what has amounts. `!` marks what is
    late, `~` what has not moved for longer than its stage allows. --limit sets the cards of a column, 0 shows all.

    Example:
      crm board
      crm board sales owner:me close:..fri
      crm board tasks
    """
    from crmcli.reports.board import CARDS, board, board_table, chosen_pipeline

    session = session_of(ctx)
    pipeline, rest = chosen_pipeline(session.book, words or [])
    limit = session.options.limit
    if session.out.format("screen") in ("plain", "table"):
        from crmcli.render.board import board_lines

        view = board(session.book, pipeline, rest, cards=CARDS if limit is None else limit or None)
        if not any(column.found for column in view.columns):
            session.out.note(f"no {pipeline.type} found; pipelines are {', '.join(session.book.setup.pipelines)}")
        session.out.lines(board_lines(view, session.terminal.width, session.language))
    else:
        session.out.rows(board_table(session.book, pipeline, rest), numbered=False)
