"""Where in a TOML text a key stands: a second scan, made only when there is something to report.

The text is known to be valid, so this only follows its shape: headers, keys, and the brackets of values.
Grammar: TOML 1.0 (and newlines in inline tables, as 1.1 allows).
"""

from __future__ import annotations

import re
from typing import NamedTuple

Keys = tuple[str | int, ...]
"""A place in the parsed document: table keys, and numbers for items of arrays."""

_STRING = re.compile(r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'', re.DOTALL)
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BARE_VALUE = re.compile(r"[^,\]}\n#]*")


class Place(NamedTuple):
    """A position in a file, 1-based."""

    line: int
    column: int


def places(text: str) -> dict[Keys, Place]:
    """Map every key and every array item of a valid TOML text to where it begins."""
    return _Scan(text).run()


def nearest_place(found: dict[Keys, Place], keys: Keys) -> Place:
    """Return the place of `keys`, else of the innermost table around it, else the first line."""
    for end in range(len(keys), 0, -1):
        if keys[:end] in found:
            return found[keys[:end]]
    return Place(1, 1)


class _Scan:
    """A cursor over the text, and what it has found."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Keys, Place] = {}
        self.lengths: dict[Keys, int] = {}  # of arrays of tables

    def run(self) -> dict[Keys, Place]:
        table: Keys = ()
        self.blank()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.blank()
        return self.found

    def header(self) -> Keys:
        array = self.text.startswith("[[", self.at)
        self.at += 2 if array else 1
        names = self.key()
        table: Keys = ()
        for position, (name, place) in enumerate(names, 1):
            table = (*table, name)
            self.found.setdefault(table, place)
            last = position == len(names)
            if last and array:
                self.lengths[table] = self.lengths.get(table, 0) + 1
            if table in self.lengths:
                table = (*table, self.lengths[table] - 1)
                self.found.setdefault(table, place)
        self.at += 2 if array else 1
        return table

    def pair(self, table: Keys) -> None:
        for name, place in self.key():
            table = (*table, name)
            self.found.setdefault(table, place)
        self.at += 1  # the equals sign
        self.value(table)

    def key(self) -> list[tuple[str, Place]]:
        names: list[tuple[str, Place]] = []
        while True:
            self.blank()
            place = self.place()
            match = _STRING.match(self.text, self.at) or _BARE_KEY.match(self.text, self.at)
            if match is None:  # not TOML after all: stop scanning rather than loop
                self.at = len(self.text)
                return names
            self.at = match.end()
            names.append((_unquote(match.group()), place))
            self.blank()
            if not self.text.startswith(".", self.at):
                return names
            self.at += 1

    def value(self, keys: Keys) -> None:
        self.blank()
        if self.text.startswith("[", self.at):
            self.items(keys)
        elif self.text.startswith("{", self.at):
            self.inline(keys)
        else:
            match = _STRING.match(self.text, self.at) or _BARE_VALUE.match(self.text, self.at)
            self.at = match.end() if match else len(self.text)

    def items(self, keys: Keys) -> None:
        self.at += 1
        count = 0
        self.blank()
        while self.at < len(self.text) and self.text[self.at] != "]":
            start = self.at
            self.found[(*keys, count)] = self.place()
            self.value((*keys, count))
            count += 1
            self.separator(start)
        self.at += 1

    def inline(self, keys: Keys) -> None:
        self.at += 1
        self.blank()
        while self.at < len(self.text) and self.text[self.at] != "}":
            start = self.at
            self.pair(keys)
            self.separator(start)
        self.at += 1

    def separator(self, start: int) -> None:
        self.blank()
        if self.text.startswith(",", self.at):
            self.at += 1
            self.blank()
        elif self.at == start:  # no step forward: not TOML after all
            self.at = len(self.text)

    def blank(self) -> None:
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def place(self) -> Place:
        before = self.text.rfind("\n", 0, self.at)
        return Place(self.text.count("\n", 0, self.at) + 1, self.at - before)


def _unquote(key: str) -> str:
    """Return the name a quoted or bare key stands for."""
    if key[0] == "'":
        return key[1:-1]
    if key[0] != '"':
        return key
    from json import loads  # noqa: PLC0415 - a basic string's escapes are JSON's, but for \\U

    try:
        return str(loads(key))
    except ValueError:
        return key[1:-1]
