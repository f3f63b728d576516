"""Lists of addresses in headers (RFC 5322 §3.4): names, quoted ones, comments, groups, and what people write instead.

One pass over the text, however it is nested, since anybody can send one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from crmcli_formats.mail_head import decoded_words, one_line

MOST = 1_000
"""Addresses of one header that are read."""

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|\\.|[(),:;<>\[\]"\\]|[^"\\(),:;<>\[\]]+', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Address(NamedTuple):
    """Whom a header names: the name ("" without one), the address."""

    name: str
    address: str


def read_addresses(text: str) -> list[Address]:
    """The addresses of a header's value, in order; words without an address are passed over."""
    found: list[Address] = []
    entry = _Entry()
    for piece in _PIECE.findall(text):
        if entry.takes(piece):
            continue
        if piece == ":":  # a group's name
            entry = _Entry()
            continue
        _put(found, entry)
        entry = _Entry()
        if len(found) >= MOST:
            return found
    _put(found, entry)
    return found


def _put(found: list[Address], entry: _Entry) -> None:
    address = entry.address()
    if address.address:
        found.append(address)


class _Entry:
    """One address being read."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._comment: list[str] = []
        self._angle: list[str] | None = None
        self._depth = 0
        self._open = self._bracket = False

    def takes(self, piece: str) -> bool:
        """Take a piece that belongs to it; False for the marks between addresses."""
        if self._depth or piece == "(":
            self._depth += (piece == "(") - (piece == ")")
            if piece not in "()":
                self._comment.append(piece)
            return True
        if piece in "<>":
            self._open = piece == "<"
            self._angle = [] if self._open else self._angle
            return True
        if piece in "[]":
            self._bracket = piece == "["
        elif piece in ",;:" and not self._bracket and not (self._open and piece != ";"):
            return False
        (self._angle if self._open and self._angle is not None else self._words).append(piece)
        return True

    def address(self) -> Address:
        """What was read."""
        if self._angle is not None:
            address = "".join(self._angle).rpartition(":")[2]
            return Address(self._name(self._words), _address(address))
        text = "".join(self._words)
        words = [word for word in re.sub(r"\s*@\s*", "@", text[:_LONGEST]).split() if "@" in word]
        return Address(self._name(self._comment), _address(words[-1] if words else ""))

    def _name(self, words: list[str]) -> str:
        parts = [_unquoted(word) if word[:1] == '"' else word for word in words or self._comment]
        name = one_line(decoded_words(" ".join(part for part in parts if part)))
        return name.strip("'\" ")[:_LONGEST_NAME]


_LONGEST, _LONGEST_NAME = 2_000, 200


def _unquoted(word: str) -> str:
    return _ESCAPED.sub(r"\1", word[1:-1] if len(word) > 1 and word.endswith('"') else word[1:])


def _address(text: str) -> str:
    """An address with a name and a host, "" for anything else."""
    text = text.strip().strip("'").removeprefix("mailto:")
    local, at, host = text.rpartition("@")
    if not (local and at and host) or len(text) > 320 or any(letter.isspace() for letter in text):
        return ""
    return text if text.isprintable() else ""
