"""The arguments that several commands share, declared once so that they read alike in every help.

What a shell is offered for one goes by its metavar (completion.py).
"""

from __future__ import annotations

from typing import Annotated

import typer

Who = Annotated[
    list[str],
    typer.Argument(
        metavar="WHO...",
        help="Id, row number, mail, phone, domain, name or pinyin; - reads ids from stdin",
        show_default=False,
    ),
]

WhoField = Annotated[
    list[str],
    typer.Argument(
        metavar="WHO[.FIELD]...",
        help="Id, row number, mail, phone, domain, name or pinyin, and of it one field; - reads from stdin",
        show_default=False,
    ),
]

Commits = Annotated[bool, typer.Option("--commits", help="Add the commit of git that brought it, and its author")]

OneWho = Annotated[
    str,
    typer.Argument(
        metavar="WHO",
        help="Id, row number, mail, phone, domain, name or pinyin; several joined by commas",
        show_default=False,
    ),
]

Filter = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FILTER...",
        help="Words that must all hold: stage:won, amount:5k.., close:..fri, +tag, -tag, is:open",
        show_default=False,
    ),
]

Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="WORD...",
        help="field=value, field+=value, field-=value, field= (empty), field=@file, +tag, -tag",
        show_default=False,
    ),
]

TypeName = Annotated[
    str,
    typer.Argument(metavar="TYPE", help="A record type's name or plural", show_default=False),
]

Text = Annotated[list[str] | None, typer.Argument(metavar="TEXT...", help="Free words", show_default=False)]
