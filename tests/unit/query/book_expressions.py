"""Collects every expression of a book's TOML files, with where it stands."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

CONDITIONS = frozenset(
    ["need", "show", "lock", "must", "calc", "when", "where", "but", "exit", "until", "pause", "who", "load", "points"]
)
TIMES = frozenset(["never", "time", "at", "across"])
SEATS = frozenset(["owner", "cc", "empty"])
EVENTS = {"create", "set", "move", "log", "delete", "archive", "becomes", "submit", "approve", "reject"}
LISTS = frozenset(["by", "order", "show"])
TABLES = frozenset(["measure", "calc", "each", "may"])


def collect(book: Path) -> list[tuple[str, str]]:
    """Return (file and key, expression) for all expressions in the book, in order."""
    found = []
    for file in sorted(book.glob("**/*.toml")):
        name = file.relative_to(book).as_posix()
        if not name.startswith("imports/"):
            content = tomllib.loads(file.read_text(encoding="utf-8"))
            found += [(f"{name} {key}", text) for key, text in _walk(content, "", name)]
    return found


def _walk(table: dict[str, object], path: str, file: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, dict) and not (key in TABLES and file.startswith(("reports", "crm"))):
            yield from _walk(value, here, file)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for i, item in enumerate(value):
                yield from _walk(item, f"{here}[{i}]", file)
        else:
            yield from ((here, text) for text in _texts(key, value, file))


def _texts(key: str, value: object, file: str) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        if key in LISTS and (file.startswith("reports") or (key == "by" and file.startswith("pipelines"))):
            yield from (item.removeprefix("-") for item in value)
    elif isinstance(value, str):
        yield from _text(key, value, file)


def _text(key: str, value: str, file: str) -> Iterator[str]:
    if key == "default" and value.startswith("("):
        yield value[1:-1]
    elif key == "on" and file.startswith("rules"):
        yield from _trigger(value)
    elif key in CONDITIONS | TIMES or (key == "for" and file.startswith("reports")):
        yield value
    elif key in SEATS and file.startswith("pipelines"):
        yield value.removeprefix("each ")
    elif key == "to" and file.startswith("rules"):
        yield value


def _trigger(text: str) -> Iterator[str]:
    """The filter of `TYPE EVENT [filter]`."""
    words = text.split(" ", 2)
    if len(words) > 2 and words[1] in EVENTS:
        yield words[2]
