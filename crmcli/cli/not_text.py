"""Bytes that are no text where text is expected: in a word of the command line, a variable, or what is piped in.

Python hands on such bytes of words and variables as lone surrogates, which no file and no index takes. Names of files may
hold them (`crm attach`, `crm import`), so they are refused where they would become text, and told here.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crmcli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_HINT = "crm reads and writes UTF-8: set the terminal to it, or convert the text first (iconv)"


class NotTextError(UsageError):
    """A word or a variable that is no text in the user's encoding."""

    def __init__(self, where: str, text: str) -> None:
        shown = os.fsencode(text).decode("utf-8", "backslashreplace")
        super().__init__(f"{where} is no UTF-8: {shown}", hint=_HINT)


class InputNotTextError(UsageError):
    """What is piped in is no text in the user's encoding."""

    def __init__(self, byte: int) -> None:
        super().__init__(f"what comes from stdin is no UTF-8: it has a byte 0x{byte:02x}", hint=_HINT)


def refuse_input(error: UnicodeError) -> tuple[str, int]:
    """Raise `InputNotTextError` (exit 2) for bytes of stdin that cannot be read; for `codecs.register_error`."""
    if isinstance(error, UnicodeDecodeError):
        raise InputNotTextError(error.object[error.start]) from None
    raise error


def told_as_text(
    error: UnicodeEncodeError, words: Sequence[str], environment: Mapping[str, str]
) -> NotTextError | None:
    """What to say of text that could not be written, when it came in as a word or a variable; None: it is a defect."""
    odd = error.object[error.start]
    named = [(f"word {number} of the command", word) for number, word in enumerate(words, 1)]
    named += [(f"the variable {name}", text) for name, text in _ours(environment)]
    return next((NotTextError(where, text) for where, text in named if odd in text), None)


def _ours(environment: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Variables that crm and git take texts from."""
    return ((name, text) for name, text in environment.items() if name.startswith(("CRM_", "GIT_", "EMAIL")))
