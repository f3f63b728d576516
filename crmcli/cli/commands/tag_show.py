"""`crm tag show TAG [--since WHEN]`: who carries a tag, who got it and who lost it."""

from typing import Annotated

import typer

from crmcli.cli.answers import write_rows
from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    tag: Annotated[str, typer.Argument(metavar="TAG", help="A tag; those below it count too", show_default=False)],
    since: Annotated[
        str, typer.Option("--since", metavar="WHEN", help="Show who got it and who lost it since then")
    ] = "",
) -> None:
    """List the records that carry a tag

    Records of every type, tags below it (`region/north` for `region`) included, archived records last. Tags that a filter
    keeps are asked now, or with --as-of at that moment. With --since: who entered and who left, newest first, and why;
    what a filter keeps is looked at once a day, so that entering and leaving within a day cancel out.

    Example:
      crm tag show vip
      crm tag show vip --as-of 2026-03-31
      crm tag show vip --since -30d
    """
    from crmcli.reports.tags import nearest_tags, tag_show

    session = session_of(ctx)
    name = tag.removeprefix("+")
    if since:
        from crmcli.cli.since import since_moment
        from crmcli.reports.tag_moves import moves_of, moves_table

        moves = moves_of(session.book, name, since_moment(session.book, since))
        write_rows(session, moves_table(moves, session.out.limit), f"nobody got or lost the tag {name} since then")
        return
    table = tag_show(session.book, name, session.out.limit)
    near = [] if table.rows else nearest_tags(session.book, tag)
    guess = f"; did you mean {' or '.join(near)}?" if near and name not in near else ""
    write_rows(session, table, f"no record has the tag {tag}{guess}")
