"""The formats there are, a module each, and which of them a file is of.

A module states `NAME` (as in `--as csv`), `SUFFIXES`, `WHAT` it holds, `TITLE` for people, and `recognise(head, name)`. What else it
has depends on what it holds (docs/formats.md). A new format is a module and a line in `MODULES`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import Literal, Protocol, cast

from crmcli.errors import UsageError
from crmcli.text.nearest import nearest
from crmcli_formats.lines import SAMPLE, open_plain
from crmcli_formats.sheets import Choices, Sheet

What = Literal["tables", "contacts", "events", "messages", "book"]
"""Rows with named columns; people; tasks and meetings; mail; a whole book."""

MODULES = ("xlsx", "vcard", "ical", "book", "json", "jsonl", "mbox", "maildir", "eml", "tsv", "csv")
"""Asked in this order; the one that takes any text comes last."""


class Format(Protocol):
    """What every module of a format has."""

    NAME: str
    TITLE: str
    SUFFIXES: tuple[str, ...]
    WHAT: What

    def recognise(self, head: bytes, name: str) -> bool:
        """Whether a file is of this format, by its first bytes and its name; a folder's bytes are the names in it, a line each."""


class TableFormat(Format, Protocol):
    """What a format of tables has besides."""

    def open_tables(self, path: Path, choices: Choices) -> AbstractContextManager[Iterator[Sheet]]:
        """Open a file; its sheets are read one after the other, each before the next. Raises what is wrong with the file."""


class FormatUnknownError(UsageError):
    """No format of that name."""

    def __init__(self, name: str) -> None:
        near = next(iter(nearest(name, MODULES)), "")
        super().__init__(
            f"there is no format `{name}`", hint=f"did you mean {near}?" if near else f"there are {', '.join(MODULES)}"
        )


class FormatUnrecognisedError(UsageError):
    """A file that no format takes for its own."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: no format knows this file", hint=f"name one with --as: {', '.join(MODULES)}")


def format_named(name: str) -> Format:
    """The format of a name; raises `FormatUnknownError` (exit 2)."""
    if name not in MODULES:
        raise FormatUnknownError(name)
    return cast("Format", import_module(f"crmcli_formats.{name}"))


def formats() -> Iterator[Format]:
    """All formats, in the order they are asked."""
    return (format_named(name) for name in MODULES)


def format_of(path: Path) -> Format:
    """The format of a file or a folder, by what is in it; raises `FormatUnrecognisedError` (exit 2) and what opening raises."""
    head = head_of(path)
    found = next((one for one in formats() if one.recognise(head, path.name)), None)
    if found is None:
        raise FormatUnrecognisedError(path)
    return found


def head_of(path: Path) -> bytes:
    """The first bytes of a file; of a folder the names in it, sorted, a line each, as far as they fit."""
    if path.is_dir():
        names = sorted(found.name for found in path.iterdir())
        return "\n".join(names).encode("utf-8", "surrogateescape")[:SAMPLE]
    with open_plain(path) as file:
        return file.read(SAMPLE)
