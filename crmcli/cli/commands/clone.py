"""`crm clone URL [DIR]`: get a colleague's book."""

from pathlib import Path
from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="Where the book's repository is, as `git clone` takes it")],
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="The new folder; named after URL")] = None,
) -> None:
    """Get a colleague's book

    Clones the repository, teaches its git to merge records, and asks which member you are (git's e-mail tells, where a
    member has it). Hooks that came with it do nothing until `crm hook trust`. A plain `git clone` does as well: the first
    command that writes sets up the rest.

    Example:
      crm clone git@github.com:acme/book.git
      crm clone ~/shared/book.git acme
    """
    from crmcli.actions.clone import clone_book
    from crmcli.cli.introduction import introduce_gently

    session = session_of(ctx)
    done = clone_book(url, folder, watched=session.may_ask)
    for notice in done.notices:
        session.out.note(notice)
    session.given["book"] = str(done.root)
    book = session.present
    book.index.refresh()
    introduce_gently(session)
    session.out.note(f"cloned the book {book.setup.config.name} into {book.root}.")
    if not book.me or "@" in book.me:
        session.out.note("next: say which member you are, `crm config me YOU`")
    session.out.note(f"next: cd {book.root} && crm today")
