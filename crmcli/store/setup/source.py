"""An engine file as a parsed TOML table that knows where its words stand; broken TOML as a `Problem`."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any
from unicodedata import is_normalized, normalize

from crmcli.model.problem import Problem
from crmcli.store.setup.files import EngineFile
from crmcli.store.setup.locate import Keys, Place, nearest_place, places

_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_DIGITS = re.compile(r"[0-9_]{4300}")
_DEEPEST_KEY = 100
_WORD_END = re.compile(r"[\s=.,{}\[\]\"'#]")


class Source:
    """One engine file: its text, its table, and the places of its keys (found on the first problem)."""

    def __init__(self, path: str, text: str, table: dict[str, Any]) -> None:
        self.path = path
        self.text = text
        self.table = table

    @cached_property
    def places(self) -> dict[Keys, Place]:
        """Where every key of the table stands."""
        try:
            return places(self.text)
        except RecursionError:  # nested deeper than anybody means to: the file is place enough
            return {}

    def problem(self, code: str, keys: Keys, message: str, remedy: str, *, warning: bool = False) -> Problem:
        """Say what is wrong with the word at `keys`."""
        line, column = nearest_place(self.places, keys)
        return Problem(code, self.path, line, message, remedy, column, "warning" if warning else "error")


def parse_source(file: EngineFile) -> tuple[Source | None, list[Problem]]:
    """Parse a file; one that cannot be read, decoded or parsed gives a problem and no source."""
    if file.trouble:
        message = f"{file.path} cannot be read: {file.trouble}"
        return None, [Problem("file-unreadable", file.path, 0, message, "put the file there, readable by you")]
    try:
        text = file.content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = file.content.count(b"\n", 0, error.start) + 1
        remedy = "save the file as UTF-8"
        return None, [Problem("file-encoding", file.path, line, f"{file.path} is not UTF-8 text", remedy)]
    if not is_normalized("NFC", text):
        text = normalize("NFC", text)
    return _parse(file.path, text)


def _parse(path: str, text: str) -> tuple[Source | None, list[Problem]]:
    import tomllib  # noqa: PLC0415 - only when something changed

    line = _deep_key(text)
    if line:
        return None, [Problem("toml-broken", path, line, "not valid TOML: nested too deeply", "write the value flat")]
    try:
        return Source(path, text, tomllib.loads(text)), []
    except tomllib.TOMLDecodeError as error:
        return None, [_broken(path, text, str(error))]
    except RecursionError:
        remedy = "write the value flat"
        return None, [Problem("toml-broken", path, 0, "not valid TOML: nested too deeply", remedy)]
    except ValueError:  # digits past what Python reads as a number
        return None, [
            Problem("toml-broken", path, _long_number(text), "a number no computer reads", "write it shorter")
        ]


def _deep_key(text: str) -> int:
    """The line of a key of more parts than anybody writes, 0 without one: the parser needs minutes and gigabytes for it."""
    if text.count(".") <= _DEEPEST_KEY:
        return 0
    for number, line in enumerate(text.split("\n"), 1):
        key = line.partition("=")[0]
        if key.count(".") > _DEEPEST_KEY and not key.lstrip().startswith("#") and ".." not in key.replace(" ", ""):
            return number
    return 0


def _long_number(text: str) -> int:
    return next((n for n, line in enumerate(text.split("\n"), 1) if _DIGITS.search(line)), 0)


def _broken(path: str, text: str, reason: str) -> Problem:
    """Turn a parser's error into a problem that says what to write instead."""
    match = _AT.search(reason)
    said = reason[: match.start()] if match else reason
    lines = text.split("\n")
    line, column = (int(match[1]), int(match[2])) if match and match[1] else (len(lines), len(lines[-1]) + 1)
    word, is_key = _foreign_word(lines[line - 1], column - 1)
    if word and is_key:
        message = f"the key `{word}` must be quoted: TOML takes only A-Z a-z 0-9 _ - without quotes"
        return Problem("toml-key-unquoted", path, line, message, f'write "{word}"', column)
    if word:
        return Problem("toml-broken", path, line, f"the text `{word}` must be quoted", f'write "{word}"', column)
    what, remedy = _in_plain_words(said)
    return Problem("toml-broken", path, line, f"not valid TOML: {what}", remedy, column)


def _foreign_word(line: str, at: int) -> tuple[str, bool]:
    """Return the bare word with letters beyond ASCII around position `at`, and whether it stands for a key."""
    at = min(at, max(len(line) - 1, 0))
    if not line or _WORD_END.match(line[at]):
        return "", False
    start = at
    while start and not _WORD_END.match(line[start - 1]):
        start -= 1
    end = at
    while end < len(line) and not _WORD_END.match(line[end]):
        end += 1
    word = line[start:end]
    if word.isascii():
        return "", False
    after, before = line[end:].lstrip()[:1], line[:start].rstrip()
    header = line.lstrip().startswith("[") and "=" not in before
    return word, after == "=" or header or (after == "." and not before.endswith("="))


def _in_plain_words(said: str) -> tuple[str, str]:
    """Return what a parser's sentence means and what to do, for the mistakes people make most."""
    if any(part in said for part in ("overwrite", "twice", "uplicate", "mutate")):
        return "this stands here for the second time", "keep one of the two"
    if "Illegal character" in said or "nterminated" in said:
        return "a text does not end where its line does", 'end it with the quote it began with: "…"'
    if "Invalid value" in said or "initial character" in said:
        return "this is no value", 'quote texts: key = "text"; flags are true or false'
    return said[:1].lower() + said[1:], 'the shape is: key = "text", or key = { word = "text" }, one entry a line'
