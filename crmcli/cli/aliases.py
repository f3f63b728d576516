"""What the first word may be besides verb and noun: an alias of the book, a program `crm-foo` on PATH."""

from __future__ import annotations

import os
import shlex
import shutil
from typing import TYPE_CHECKING

from crmcli.errors import BadDataError

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmcli.model.schema import Setup


class AliasTargetError(BadDataError):
    """An alias in crm.toml that leads nowhere."""

    def __init__(self, name: str, text: str, why: str) -> None:
        super().__init__(
            f"crm.toml: alias {name} = {text!r}: {why}",
            hint="an alias begins with a command of crm and goes on with its words",
        )


def expand_alias(setup: Setup | None, words: list[str], is_built_in: Callable[[str], bool]) -> list[str]:
    """Replace the first word by what the book's `[alias]` says; [] when it has no such alias.

    Aliases expand once and to built-in commands only, never to a shell or to another alias.
    """
    name = words[0]
    text = setup.config.alias.get(name) if setup else None
    if text is None:
        return []
    try:
        expanded = shlex.split(text)
    except ValueError:
        raise AliasTargetError(name, text, "a quote is not closed") from None
    if not expanded or not is_built_in(expanded[0]):
        raise AliasTargetError(name, text, "this is no command of crm")
    return [*expanded, *words[1:]]


def run_program(words: list[str], *, book: str) -> None:
    """Become the program `crm-WORD` when PATH has one; return otherwise.

    It gets the remaining words as they are, and CRM_BOOK when a book was named.
    """
    name = f"crm-{words[0]}"
    path = shutil.which(name) if words[0].replace("-", "").isalnum() else None
    if path is None:
        return
    environment = {**os.environ, "CRM_BOOK": os.path.abspath(book)} if book else dict(os.environ)  # noqa: PTH100
    os.execve(path, [name, *words[1:]], environment)  # noqa: S606 - the point of it
