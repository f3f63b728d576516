"""`crm set WHO… WORD…`: change fields and tags."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WHO... WORD...",
            help="Who, then field=value, field+=value, field-=value, field= (empty), field=@file, +tag, -tag",
            show_default=False,
        ),
    ],
) -> None:
    """Change fields and tags

    Everything before the first WORD is WHO. A stage changes through `crm move` only.

    Example:
      crm set acme phone+='+49 30 901820' +vip
      crm set 2,3 owner=me close=+2w
      crm set acme-robot 'amount=(amount*1.1)'
      crm set acme-robot lines+='product=arm qty=3' lines.1.qty=5 lines-=2
    """
    from crmcli.actions.set import set_fields
    from crmcli.cli.missing import asking
    from crmcli.cli.split import who_and_words
    from crmcli.cli.telling import tell
    from crmcli.reports.telling import changed

    session = session_of(ctx)
    refs, rest = who_and_words(session, words)

    outcome = asking(
        session, rest, lambda words: set_fields(session.book, refs, words, dry_run=session.options.dry_run), of=refs
    )
    tell(session, outcome, changed(session.book, outcome))
