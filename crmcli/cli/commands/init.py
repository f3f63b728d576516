"""`crm init DIR`: make a new book."""

from pathlib import Path
from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(  # noqa: PLR0917 - typer passes them by name
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder; made when it is not there")] = Path(),
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="The company's name")] = "",
    currency: Annotated[str, typer.Option("--currency", metavar="EUR", help="The currency of sums, ISO 4217")] = "",
    zone: Annotated[str, typer.Option("--zone", metavar="Europe/Berlin", help="The time zone of days")] = "",
    language: Annotated[str, typer.Option("--language", metavar="en", help="The language of labels and dates")] = "",
    country: Annotated[str, typer.Option("--country", metavar="DE", help="The country of phone numbers")] = "",
    no_git: Annotated[bool, typer.Option("--no-git", help="Leave git alone")] = False,
) -> None:
    """Make a new book

    Writes crm.toml, the core kit and your member; sets up git. What is not given is asked, with the machine's locale
    as the suggestion; --no-input takes the suggestions. Nothing is committed.

    Example:
      crm init acme-book
      crm init . --name 'Acme GmbH' --currency EUR --zone Europe/Berlin --no-input
    """
    from crmcli.cli.new_book import make_book

    made = make_book(session_of(ctx), folder, (name, currency, zone, language, country), with_git=not no_git)
    out = session_of(ctx).out
    for notice in made.notices:
        out.note(notice)
    out.note(f"made the book {made.book.setup.config.name} in {made.book.root}.")
    out.note(f"next: cd {made.book.root} && crm customer add NAME, or crm import FILE.csv")
