"""What is offered: a word and its help."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from crmcli.store.book import Book


class Asker(Protocol):
    """Who types: the book, and the name of the record type the words are about ("" for any)."""

    @property
    def book(self) -> Book: ...  # noqa: D102 - said above
    @property
    def noun(self) -> str: ...  # noqa: D102


class Suggestion(NamedTuple):
    """A word that can stand where one is being typed, and what it is."""

    word: str
    help: str = ""
    meant: bool = False
    """Whether it is offered for what the typed word means, though it does not begin with it: an id for a name."""


MOST = 60
"""How many a shell gets."""


def fitting(found: list[Suggestion], typed: str) -> list[Suggestion]:
    """Those that begin with what was typed, else those it means; each word once, in order."""
    begun = {hit.word: hit for hit in reversed(found) if hit.word.startswith(typed)}
    chosen = begun or {hit.word: hit for hit in reversed(found) if hit.meant}
    return sorted(list(reversed(chosen.values()))[:MOST])


def joined(head: str, found: list[Suggestion]) -> list[Suggestion]:
    """The same behind what was typed before them."""
    return [hit._replace(word=head + hit.word) for hit in found]
