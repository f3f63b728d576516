"""`crm sql [QUERY]`: ask the index in SQL."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of
from crmcli.errors import UsageError


class PastPathlessError(UsageError):
    """The index of a past moment was asked for as a file."""

    def __init__(self) -> None:
        super().__init__(
            "sql: --path names the present index; a past one has no file",
            hint='ask it here: crm sql "SELECT …" --as-of WHEN',
        )


def run(
    ctx: typer.Context,
    query: Annotated[
        list[str] | None, typer.Argument(metavar="QUERY...", help="One SELECT; - or nothing reads stdin")
    ] = None,
    path: Annotated[bool, typer.Option("--path", help="Show where the index is, for other programs")] = False,
) -> None:
    """Ask the index in SQL, read-only

    The views (deals_view, log_view, moves_view, …) are for people and stay; the tables below them may change with
    every version. Other programs may open the file that --path names; it is rebuilt from the book at any time.

    Example:
      crm sql 'SELECT stage, count(*) FROM deals_view GROUP BY stage'
      sqlite3 "$(crm sql --path)" .tables
    """
    from crmcli.reports.sql import answer_sql

    session = session_of(ctx)
    index = session.book.index
    if path and session.book is not session.present:
        raise PastPathlessError
    if path:
        index.refresh()
        session.out.text([str(index.path or "")])
        return
    text = " ".join(query or ())
    session.out.rows(answer_sql(session.book, text if text not in ("", "-") else session.stdin.read()))
