"""What a person said of an import, beside the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crmcli.actions.importing.mail.letter import MailWords
from crmcli.actions.importing.three_way import OURS, THEIRS
from crmcli.errors import UsageError
from crmcli.text.notation import COMMA, DAY_FIRST, MONTH_FIRST, POINT, Unproven
from crmcli_formats.sheets import Choices

if TYPE_CHECKING:
    from crmcli.store.setup.import_map import ImportMap

PREVIEW = 10
"""Rows that a dry run shows."""


WORDS = {"prefer": (OURS, THEIRS), "decimal": (COMMA, POINT), "dates": (DAY_FIRST, MONTH_FIRST)}


class ImportWordError(UsageError):
    """`--prefer`, `--decimal` or `--dates` with a word that means nothing."""

    def __init__(self, option: str, text: str, known: tuple[str, str]) -> None:
        super().__init__(f"--{option} takes {known[0]} or {known[1]}, not {text!r}")


class Asked(NamedTuple):
    """The words of an import.

    `by` is a map, MAP.PART or a format, "" for what the file itself tells; `to` a record type in place of the map's.
    `prefer` says whose value stays where the file and the book both changed one: "ours", "theirs", "" for ours and
    saying so. `decimal` (`,` or `.`) and `dates` (`dmy`, `mdy`) decide what no column proves; else `ask` is asked,
    where there is somebody. `map` is one in no file, in place of `by`. `mail` is what was said of messages.
    Files of refused rows go to `folder` (the current one).
    """

    by: str = ""
    to: str = ""
    prefer: str = ""
    decimal: str = ""
    dates: str = ""
    choices: Choices = Choices()
    dry_run: bool = False
    preview: int = PREVIEW
    folder: Path | None = None
    progress: Callable[[int], None] | None = None
    ask: Callable[[Unproven], str] | None = None
    mail: MailWords = MailWords()
    map: ImportMap | None = None


def refuse_odd_words(asked: Asked) -> None:
    """Raise `ImportWordError` (exit 2) for words that mean nothing."""
    for option, known in WORDS.items():
        text = str(getattr(asked, option))
        if text and text not in known:
            raise ImportWordError(option, text, known)


__all__ = ["PREVIEW", "Asked", "Choices", "refuse_odd_words"]
