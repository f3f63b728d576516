"""`crm tag show TAG`: who carries a tag."""

from typing import Annotated

import typer

from crmcli.cli.answers import write_rows
from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    tag: Annotated[str, typer.Argument(metavar="TAG", help="A tag; those below it count too", show_default=False)],
) -> None:
    """List the records that carry a tag

    Records of every type, tags below it (`region/north` for `region`) included, archived records last.

    Example:
      crm tag show vip
    """
    from crmcli.reports.tags import nearest_tags, tag_show

    session = session_of(ctx)
    table = tag_show(session.book, tag.removeprefix("+"), session.out.limit)
    near = [] if table.rows else nearest_tags(session.book, tag)
    guess = f"; did you mean {' or '.join(near)}?" if near else ""
    write_rows(session, table, f"no record has the tag {tag}{guess}")
