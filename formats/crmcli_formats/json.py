"""Records as one JSON array of objects; read whole, so only up to a size (`jsonl` has none)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from crmcli.errors import BadDataError
from crmcli_formats.csv import TableEmptyError
from crmcli_formats.jsonl import HALF, MOST_KEYS, TooManyKeysError, is_whole, row_of
from crmcli_formats.lines import Lines, TableForeignError
from crmcli_formats.sheets import Choices, Row, Sheet

NAME: Final = "json"
TITLE: Final = "JSON, an array of objects"
SUFFIXES: Final = (".json",)
WHAT: Final = "tables"

LARGEST = 64 * 1024 * 1024
"""Letters that are read as one value."""


class JsonBrokenError(BadDataError):
    """A file that is no array of objects; line and column counted from 1."""

    def __init__(self, path: Path, why: str, line: int = 1, column: int = 1) -> None:
        super().__init__(f"{path}:{line}:{column}: {why}", hint='an array of objects was expected: [{"name": …}, …]')


class JsonTooLargeError(BadDataError):
    """An array that would fill the memory."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} has more than {LARGEST:,} letters",
            hint="write one object a line (.jsonl): that is read bit by bit",
        )


def recognise(head: bytes, name: str) -> bool:
    """By its suffix, or because it begins with an array of objects."""
    return name.casefold().endswith(SUFFIXES) or b"".join(head[:100].split()).startswith(b"[{")


@contextmanager
def open_tables(path: Path, choices: Choices) -> Iterator[Iterator[Sheet]]:
    """The one table of a file. A row's line is its place in the array."""
    text, label = _text(path, choices.encoding)
    objects = _objects(path, text)
    keys: dict[str, None] = {}
    for place, found in enumerate(objects, 1):
        keys.update(dict.fromkeys(found if isinstance(found, dict) and is_whole(found) else ()))
        if len(keys) > MOST_KEYS:
            raise TooManyKeysError(path, place)
    if not keys:
        raise TableEmptyError(path)
    yield iter([Sheet("", list(keys), _rows(objects, list(keys)), (f"read as JSON, {label}",), typed=True)])


def _text(path: Path, encoding: str) -> tuple[str, str]:
    lines = Lines(path, encoding)
    pieces, letters = [], 0
    try:
        for line in lines:
            lines.begin()
            pieces.append(line)
            letters += len(line)
            if letters > LARGEST:
                raise JsonTooLargeError(path)
    finally:
        lines.close()
    return "".join(pieces), lines.encoding.label


def _objects(path: Path, text: str) -> list[object]:
    if not text.strip():
        raise TableEmptyError(path)
    try:
        found = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise JsonBrokenError(path, f"no JSON: {error.msg}", error.lineno, error.colno) from None
    except (ValueError, RecursionError) as error:
        raise JsonBrokenError(path, f"no JSON: {error}") from None
    if not isinstance(found, list):
        raise JsonBrokenError(path, "no array")
    _refuse_foreign(path, found)
    if found and not any(isinstance(one, dict) for one in found):
        raise JsonBrokenError(path, "an array without any object")
    return found


_FOREIGN = {
    "vcard": ("a file of address cards as JSON (jCard)", "export the cards as vCard (.vcf)"),
    "vcalendar": ("a calendar as JSON (jCal)", "export the calendar as iCalendar (.ics)"),
}


def _refuse_foreign(path: Path, found: list[object]) -> None:
    """Raise `TableForeignError` for cards and calendars: an array that begins with what it is (RFC 7095 §3.2, RFC 7265 §3.2)."""
    first = found[0][0] if found and isinstance(found[0], list) and found[0] else found[0] if found else ""
    if isinstance(first, str) and first in _FOREIGN:
        raise TableForeignError(path, *_FOREIGN[first])


def _rows(objects: list[object], keys: list[str]) -> Iterator[Row]:
    for place, found in enumerate(objects, 1):
        if not isinstance(found, dict):
            yield Row(place, [_text_of(found)], "an object was expected")
        elif not is_whole(found):
            yield Row(place, [_text_of(found)], f"a name with {HALF}")
        else:
            row = row_of(place, "", found, keys)
            yield row._replace(cells=[_text_of(found)]) if row.trouble else row


def _text_of(found: object) -> str:
    """A value as it may stand in a file; what is nested too deeply to be written again has no text."""
    try:
        text = json.dumps(found, ensure_ascii=False)
        return text if is_whole(text) else json.dumps(found)
    except RecursionError:
        return ""
