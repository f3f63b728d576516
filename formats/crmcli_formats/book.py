"""A whole book as JSON Lines: every file of it, byte for byte, in one file that other programs can read too.

```
{"crm":"book","format":1,"name":"Acme Sales"}
{"file":"crm.toml","text":"…"}
{"file":"hooks/big-win","text":"…","executable":true}
{"file":"files/customers/acme-7k3f9/offer.pdf","base64":"…"}
{"crm":"end","files":3,"sha256":"…"}
```

Files stand in the order of their paths; `base64` holds what is no UTF-8. The last line has the number of files and
the SHA-256 of all bytes before it, so that a file that was cut off or changed is told from a whole one.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from crmcli.errors import BadDataError
from crmcli_formats.lines import open_plain

NAME: Final = "book"
TITLE: Final = "a whole book, as crm exports it"
SUFFIXES: Final = (".jsonl",)
WHAT: Final = "book"

FORMAT = 1
LONGEST = 1 << 30
"""Bytes of one line."""
_OPENING = b'{"crm":"book"'
_ENDING = '{"crm":"end"'


class BookFile(NamedTuple):
    """One file: its path in the book, its bytes, whether it may be run."""

    path: str
    content: bytes
    executable: bool = False


class BookFileBrokenError(BadDataError):
    """A line of the export that cannot be used; nothing was imported."""

    def __init__(self, path: Path, line: int, why: str) -> None:
        super().__init__(f"{path}:{line}: {why}", hint="nothing was imported; export the book once more")


def recognise(head: bytes, name: str) -> bool:
    """By its first letters."""
    del name
    return head.startswith(_OPENING)


def written(name: str, files: Iterable[BookFile]) -> Iterator[str]:
    """The lines of an export."""
    seal, count = sha256(), 0
    for text in _lines(name, files):
        seal.update(text.encode())
        count += 1
        yield text
    yield _json({"crm": "end", "files": count - 1, "sha256": seal.hexdigest()})


def read_files(path: Path) -> Iterator[BookFile]:
    """The files of an export, one by one; raises `BookFileBrokenError` at the first line that is wrong, last of all for one cut off."""
    seal, count = sha256(), 0
    with open_plain(path) as file:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST), b""), 1):
            found = _object(path, number, line)
            if "crm" in found:
                if number == 1 and found.get("crm") == "book":
                    _check_format(path, found)
                elif found != {"crm": "end", "files": count, "sha256": seal.hexdigest()} or file.read(1):
                    raise BookFileBrokenError(
                        path, number, "the end does not fit what is before it: the file was changed"
                    )
                else:
                    return
            else:
                yield _file(path, number, found)
                count += 1
            seal.update(line)
        raise BookFileBrokenError(path, count + 2, "the end is missing: the file was cut off")


def _lines(name: str, files: Iterable[BookFile]) -> Iterator[str]:
    yield _json({"crm": "book", "format": FORMAT, "name": name})
    for path, content, executable in files:
        more = {"executable": True} if executable else {}
        try:
            yield _json({"file": path, "text": content.decode(), **more})
        except UnicodeDecodeError:
            yield _json({"file": path, "base64": b64encode(content).decode(), **more})


def _json(value: dict[str, object]) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if any("\ud800" <= letter <= "\udfff" for letter in str(value.get("file", ""))):  # a name that is no UTF-8
        text = json.dumps(value, separators=(",", ":"))
    return text + "\n"


def _object(path: Path, number: int, line: bytes) -> dict[str, object]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BookFileBrokenError(path, number, f"no JSON: {error}") from None
    if not isinstance(found, dict) or not line.endswith(b"\n"):
        raise BookFileBrokenError(path, number, "a whole line with an object was expected")
    return found


def _check_format(path: Path, found: dict[str, object]) -> None:
    if found.get("format") != FORMAT:
        raise BookFileBrokenError(
            path, 1, f"written by a later crm (format {found.get('format')}, this one reads {FORMAT})"
        )


def _file(path: Path, number: int, found: dict[str, object]) -> BookFile:
    name, text, coded = found.get("file"), found.get("text"), found.get("base64")
    try:
        if isinstance(name, str) and isinstance(text, str):
            return BookFile(name, text.encode(), found.get("executable") is True)
        if isinstance(name, str) and isinstance(coded, str):
            return BookFile(name, b64decode(coded, validate=True), found.get("executable") is True)
    except ValueError as error:
        raise BookFileBrokenError(path, number, f"{name}: {error}") from None
    raise BookFileBrokenError(path, number, "a file with its text was expected")
