"""Splitting the words of a command: who is meant, and what is to be done with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.actions.words import is_word
from crmcli.cli.who import find_records
from crmcli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.cli.session import Session
    from crmcli.model.record import Ref


class WhoMissingError(UsageError):
    """A command that needs somebody got nobody."""

    def __init__(self) -> None:
        super().__init__(
            "who? name a record first", hint="an id, a row number, a mail, a phone, a name; - reads ids from stdin"
        )


class WordsMissingError(UsageError):
    """A command that needs words got none."""

    def __init__(self, example: str) -> None:
        super().__init__("nothing to do: words are missing", hint=example)


def who_and_words(session: Session, words: Sequence[str]) -> tuple[list[Ref], list[str]]:
    """Split `WHO… WORD…` at the first WORD."""
    first = next((place for place, word in enumerate(words) if is_word(word)), len(words))
    if not first:
        raise WhoMissingError
    if first == len(words):
        raise WordsMissingError("crm set WHO field=value +tag")
    return find_records(session, words[:first]), list(words[first:])


def who_and_text(session: Session, words: Sequence[str]) -> tuple[list[Ref], list[str]]:
    """With free words after it WHO is one word, several joined by commas."""
    if not words:
        raise WhoMissingError
    return find_records(session, words[:1]), list(words[1:])
