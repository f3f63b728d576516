"""The arguments that several commands share, declared once so that they read alike in every help."""

from __future__ import annotations

from typing import Annotated

import typer


def complete_who(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Suggest records."""
    from crmcli.cli import completion  # noqa: PLC0415 - only where a shell asks

    return completion.complete_who(ctx, incomplete)


def complete_filter(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Suggest words of a filter."""
    from crmcli.cli import completion  # noqa: PLC0415

    return completion.complete_filter(ctx, incomplete)


def complete_word(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Suggest words that change a record."""
    from crmcli.cli import completion  # noqa: PLC0415

    return completion.complete_word(ctx, incomplete)


def complete_type(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Suggest record types."""
    from crmcli.cli import completion  # noqa: PLC0415

    return completion.complete_type(ctx, incomplete)


Who = Annotated[
    list[str],
    typer.Argument(
        metavar="WHO...",
        help="Id, row number, mail, phone, domain, name or pinyin; - reads ids from stdin",
        autocompletion=complete_who,
        show_default=False,
    ),
]

WhoField = Annotated[
    list[str],
    typer.Argument(
        metavar="WHO[.FIELD]...",
        help="Id, row number, mail, phone, domain, name or pinyin, and of it one field; - reads from stdin",
        autocompletion=complete_who,
        show_default=False,
    ),
]

OneWho = Annotated[
    str,
    typer.Argument(
        metavar="WHO",
        help="Id, row number, mail, phone, domain, name or pinyin; several joined by commas",
        autocompletion=complete_who,
        show_default=False,
    ),
]

Filter = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FILTER...",
        help="Words that must all hold: stage:won, amount:5k.., close:..fri, +tag, -tag, is:open",
        autocompletion=complete_filter,
        show_default=False,
    ),
]

Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="WORD...",
        help="field=value, field+=value, field-=value, field= (empty), field=@file, +tag, -tag",
        autocompletion=complete_word,
        show_default=False,
    ),
]

TypeName = Annotated[
    str,
    typer.Argument(
        metavar="TYPE", help="A record type's name or plural", autocompletion=complete_type, show_default=False
    ),
]

Text = Annotated[list[str] | None, typer.Argument(metavar="TEXT...", help="Free words", show_default=False)]
