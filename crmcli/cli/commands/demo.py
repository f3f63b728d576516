"""`crm demo DIR`: a book to try things on."""

from pathlib import Path
from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder")] = Path("demo-book"),
    language: Annotated[
        str, typer.Option("--language", metavar="zh", help="The language of labels and dates; en when left out")
    ] = "",
) -> None:
    """Make a book to try things on

    A made-up robotics dealer: customers, deals won, lost and open, nine months of calls and moves up to yesterday, and
    a day of work for you. Nothing in it matters, so try everything.

    Example:
      crm demo
      crm demo /tmp/play --language zh
    """
    from crmcli.actions.demo import make_demo
    from crmcli.cli.new_book import person

    out = session_of(ctx).out
    root = folder.expanduser().resolve()
    made = make_demo(root, person(root), language=language)
    for notice in made.notices:
        out.note(notice)
    counts = ", ".join(f"{number} {plural}" for plural, number in made.counts.items())
    out.note(f"made {made.book.setup.config.name} in {root}: {counts}, {made.lines} lines in the log.")
    out.note(f"next: cd {folder}, then crm today, crm board, crm brief eiswerk, crm report funnel, crm deals is:open")
