"""Records as JSON, an object a line (JSON Lines): the keys are the columns, in the order they are met.

Numbers keep their digits. A list is its items, a line each; an amount with its currency is one text; true and false
are yes and no; any other object is its JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from crmcli.errors import BadDataError
from crmcli_formats.csv import TableEmptyError
from crmcli_formats.lines import Lines
from crmcli_formats.sheets import Choices, Row, Sheet

NAME: Final = "jsonl"
TITLE: Final = "JSON, an object a line"
SUFFIXES: Final = (".jsonl", ".ndjson")
WHAT: Final = "tables"

MOST_KEYS = 4096
"""Different keys that the objects of a file may have."""
_AMOUNT = {"amount", "currency"}


class TooManyKeysError(BadDataError):
    """Objects with ever new keys: no table."""

    def __init__(self, path: Path, line: int) -> None:
        super().__init__(
            f"{path}:{line}: more than {MOST_KEYS:,} different keys", hint="the objects of a table share their keys"
        )


def recognise(head: bytes, name: str) -> bool:
    """By its suffix, or because its first line is an object."""
    first, _, rest = head.partition(b"\n")
    return name.casefold().endswith(SUFFIXES) or (
        first[:1] == b"{" and first.rstrip()[-1:] == b"}" and rest[:1] in (b"{", b"")
    )


@contextmanager
def open_tables(path: Path, choices: Choices) -> Iterator[Iterator[Sheet]]:
    """The one table of a file: read once for its keys, once for its rows."""
    keys = _keys(path, choices.encoding)
    lines = Lines(path, choices.encoding)
    try:
        yield iter([Sheet("", keys, _rows(lines, keys), (f"read as JSON, {lines.encoding.label}",), typed=True)])
    finally:
        lines.close()


def read_object(text: str) -> dict[str, object] | str:
    """An object, or why there is none; numbers as they are written."""
    try:
        found = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except ValueError as error:
        place = f" at letter {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        return f"no JSON{place}: {error.msg if isinstance(error, json.JSONDecodeError) else error}"
    except RecursionError:
        return "no JSON: objects within objects without end"
    if not isinstance(found, dict):
        return 'an object was expected: {"name": …}'
    return found if is_whole(found) else f"a name with {HALF}"


HALF = "half a character (\\ud800 to \\udfff)"


def is_whole(texts: Iterable[str]) -> bool:
    """Whether texts have no half of a character, which JSON can say and no file of a book can hold."""
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return False
    return True


def row_of(number: int, text: str, found: Mapping[str, object], keys: Iterable[str]) -> Row:
    """An object as a row; `text` is what it stands as in the file where it makes none."""
    try:
        cells = cells_of(found, keys)
    except RecursionError:
        return Row(number, [text], "objects or lists within others without end")
    return Row(number, cells) if is_whole(cells) else Row(number, [text], HALF)


def cells_of(found: Mapping[str, object], keys: Iterable[str]) -> list[str]:
    """An object as the cells of a row."""
    return [_cell(found.get(key)) for key in keys]


def _keys(path: Path, encoding: str) -> list[str]:
    keys: dict[str, None] = {}
    lines = Lines(path, encoding)
    try:
        for text in lines:
            number = lines.begin() - 1
            found = read_object(text) if text.strip() else {}
            keys.update(dict.fromkeys(found if isinstance(found, dict) else ()))
            if len(keys) > MOST_KEYS:
                raise TooManyKeysError(path, number)
    finally:
        lines.close()
    if not keys:
        raise TableEmptyError(path)
    return list(keys)


def _rows(lines: Lines, keys: list[str]) -> Iterator[Row]:
    for text in lines:
        number = lines.begin() - 1
        if text.strip():
            found = read_object(text)
            line = text.rstrip("\r\n")
            yield Row(number, [line], found) if isinstance(found, str) else row_of(number, line, found, keys)


def _cell(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "\n".join(_cell(item) for item in value)
    if isinstance(value, dict) and set(value) == _AMOUNT:
        return f"{_cell(value['amount'])} {_cell(value['currency'])}"
    return json.dumps(value, ensure_ascii=False)
