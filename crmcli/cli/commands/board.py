"""`crm board [PIPELINE] [FILTER…]`: stages as columns of cards."""

import typer

from crmcli.cli.answers import write_ids
from crmcli.cli.arguments import Filter
from crmcli.cli.session import session_of


def run(ctx: typer.Context, words: Filter = None) -> None:
    """Show a pipeline as columns

    Each stage with its records, the greatest amount first, their number and their sum in the book's currency. The first
    word may name a pipeline or a record type; without one it is the pipeline of what has amounts. `!` marks what is
    late, `~` what has not moved for longer than its stage allows. --limit sets the cards of a column, 0 shows all;
    other formats than a screen show all without it, a row for each stage with the ids of its records.

    Example:
      crm board
      crm board sales owner:me close:..fri
      crm board tasks
    """
    from crmcli.reports.arrange import arranged
    from crmcli.reports.board import CARDS, board, board_table, chosen_pipeline

    session = session_of(ctx)
    pipeline, rest = chosen_pipeline(session.book, words or [])
    limit = session.options.limit
    if session.out.draws:
        from crmcli.render.board import board_lines

        view = board(session.book, pipeline, rest, cards=CARDS if limit is None else limit or None)
        found = any(column.found for column in view.columns)
        session.out.insist(found=found)
        if not found:
            session.out.note(f"no {pipeline.type} found; pipelines are {', '.join(session.book.setup.pipelines)}")
        session.out.lines(board_lines(view, session.terminal.width, session.language))
    else:
        table = board_table(session.book, pipeline, rest, cards=limit or None)
        session.out.insist(found=any(row[-1] for row in table.rows))
        if session.options.format == "ids":
            write_ids(session, [name for row in table.rows for name in row[-1]])
        else:
            columns, sort = session.options.columns, session.options.sort
            session.out.rows(arranged(table, columns=columns, sort=sort), numbered=False, arranged=True)
