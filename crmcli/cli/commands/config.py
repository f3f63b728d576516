"""`crm config [KEY [VALUE]]`: what this machine uses."""

from typing import Annotated

import typer

from crmcli.cli.session import session_of


def run(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", help="book, me, completion, tui, or a key of crm.toml")] = "",
    value: Annotated[str, typer.Argument(metavar="VALUE", help="What it shall be: a folder, a member, a shell")] = "",
) -> None:
    """Show or set what this machine uses

    Without KEY, everything and where it comes from. `book` is the folder used outside every book, `me` the member at
    this machine; both stay on this machine. `tui` is what you set for theme and keys of `crm tui`, and in which
    file. `completion` prints the script for bash, zsh or fish. What crm.toml says is
    shown here and edited there, since every colleague gets it.

    Example:
      crm config
      crm config me anna
      crm config book ~/book
      eval "$(crm config completion bash)"
    """
    from crmcli.cli import settings

    session = session_of(ctx)
    if not key:
        session.out.rows(settings.settings_table(session))
    elif key == "completion":
        session.out.raw(settings.completion_script(value))
    elif value:
        session.out.note(settings.change_setting(session, key, value))
    elif session.options.format in ("", "plain"):
        session.out.text([settings.read_setting(session, key)])
    else:
        session.out.rows(settings.settings_table(session, key))
