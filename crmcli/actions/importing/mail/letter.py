"""What is known of a message before its text is read, and what people want of its import."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from crmcli.model.record import Ref
from crmcli_formats.letters import Place

IN, OUT = "in", "out"


class Letter(NamedTuple):
    """A message to be logged. `at` is ISO with offset, `milliseconds` the same moment.

    `others` are the addresses that are not ours, the one that matters most first; `by` the member whose mail it is, "" for
    whoever imports it.
    """

    place: Place
    key: str
    at: str
    milliseconds: int
    direction: str
    by: str
    others: tuple[str, ...]
    before: tuple[str, ...]
    subject: str
    automatic: bool


class Landing(NamedTuple):
    """Where a message goes: its record, whom it was with, its thread."""

    on: Ref
    people: tuple[Ref, ...]
    thread: str


class Unknown(NamedTuple):
    """Somebody the book does not know: the address, a name, the customer it must belong to, how many messages."""

    address: str
    name: str
    whole: Ref | None
    messages: int


class MailWords(NamedTuple):
    """What a person said of the import of mail.

    `subjects`: no text; `attachments`: keep the files; `add_unknown`: make people of those who are not known. `offer` asks
    that, where somebody can answer.
    """

    subjects: bool = False
    attachments: bool = False
    add_unknown: bool = False
    offer: Callable[[Sequence[Unknown]], bool] | None = None
