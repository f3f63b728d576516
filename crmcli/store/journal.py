"""Segments of the journal: their names, their lines, which one this clone may append to (docs/format.md#journal)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from json.encoder import encode_basestring as _text
from pathlib import Path

from crmcli.light import NamedTuple
from crmcli.model.event import Event
from crmcli.model.ids import is_stem, is_ulid
from crmcli.model.record import Fields, Value
from crmcli.store.layout import JOURNAL as FOLDER
from crmcli.store.layout import SEGMENT
from crmcli.store.replay import is_instant

SEGMENT_LIMIT = 8 * 1024 * 1024
"""Bytes after which a segment is sealed, at the next op boundary."""

SUFFIX = SEGMENT
_KNOWN = frozenset(["id", "at", "by", "via", "op", "do", "on", "field", "from", "to", "add", "remove", "record"])


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))  # `json.dumps` makes one for every call


class BrokenLine(NamedTuple):
    """A line of a segment that is no event: where and why."""

    line: int
    why: str


def encode_event(event: Event) -> bytes:
    """One line of the journal, newline included; absent keys are left out.

    Put together text by text: an import of 100,000 rows writes as many, and an encoder that is told nothing of their shape
    takes four times as long.
    """
    id_, at, by, via, op, do, on, field, from_, to, add, remove, record, more = event
    writer = f',"by":{_text(by)}' if by else ""
    head = f'{{"id":{_text(id_)},"at":{_text(at)}{writer},"via":{_text(via)},"op":{_text(op)},"do":{_text(do)},"on":{_text(on)}'
    parts = [head]
    if field:
        parts.append(f'"field":{_text(field)}')
    whole = do in ("set", "move") and not (add or remove)
    if whole or from_ is not None:
        parts.append(f'"from":{_written(from_)}')
    if whole or to is not None:
        parts.append(f'"to":{_written(to)}')
    if add:
        parts.append(f'"add":{_written(add)}')
    if remove:
        parts.append(f'"remove":{_written(remove)}')
    if record is not None:
        told = [
            f"{_text(name)}:{_text(value) if isinstance(value, str) else _written(value)}"
            for name, value in record.items()
        ]
        parts.append(f'"record":{{{",".join(told)}}}')
    if more:
        parts.append(_ENCODER.encode(more)[1:-1])
    return (",".join(parts) + "}\n").encode()


def _written(value: Sequence[str] | None) -> str:
    """A stored value as JSON."""
    if isinstance(value, str):
        return _text(value)
    return "null" if value is None else f"[{','.join(map(_text, value))}]"


def decode_line(line: bytes) -> Event:
    """Read one line; raise `ValueError` saying what is wrong with it."""
    found = json.loads(line)
    if b"\\u" in line:
        json.dumps(found, ensure_ascii=False).encode()  # raises where an escape is half a character
    if not isinstance(found, dict):
        msg = "not a JSON object"
        raise ValueError(msg)  # noqa: TRY004 - broken data, whatever its type
    return event_of(found)


_TEXTS = ("id", "at", "by", "via", "op", "do", "on", "field")
_MORE_TEXTS = ("kind", "direction", "text", "took", "of", "note", "cmd", "undoes")
_NEEDED = frozenset(["id", "at", "do", "on"])


def event_of(found: dict[str, object]) -> Event:
    """Make an event of a decoded line; raise `ValueError` naming the key that is missing or of the wrong kind."""
    texts: list[str] = []
    for key in _TEXTS:
        text = found.get(key, "")
        if not isinstance(text, str) or (not text and key in _NEEDED):
            msg = f"`{key}` is missing or not text"
            raise ValueError(msg)
        texts.append(text)
    if not is_ulid(texts[0]):
        msg = "`id` is not a ULID"
        raise ValueError(msg)
    _check_shapes(found, texts)
    record = found.get("record")
    if record is not None and not isinstance(record, dict):
        msg = "`record` is not an object"
        raise ValueError(msg)
    event, at, by, via, op, do, on, field = texts
    return Event(
        event, at, by, via, op, do, on, field,
        from_=_value(found.get("from"), "from"),
        to=_value(found.get("to"), "to"),
        add=tuple(_items(found.get("add"), "add")),
        remove=tuple(_items(found.get("remove"), "remove")),
        record=None if record is None else _fields(record),
        more={key: value for key, value in found.items() if key not in _KNOWN},
    )  # fmt: skip


def _check_shapes(found: dict[str, object], texts: list[str]) -> None:
    """Raise `ValueError` for what other code relies on: a time, a name, texts where texts belong."""
    if not is_instant(texts[1]):
        msg = "`at` is no time with an offset"
        raise ValueError(msg)
    on = texts[6]
    if on.count("/") > 1 or "\\" in on or ".." in on or '"' in on or not on.isprintable():
        msg = "`on` names no record"
        raise ValueError(msg)
    if texts[5] == "rename" and not is_stem(str(found.get("to"))):
        msg = "`to` is no id"
        raise ValueError(msg)
    for key in _MORE_TEXTS:
        if key in found and not isinstance(found[key], str | None):
            msg = f"`{key}` is not text"
            raise ValueError(msg)
    if "with" in found:
        _items(found["with"], "with")


def read_events(content: bytes, *, start: int = 0) -> Iterator[Event | BrokenLine]:
    """The events of a segment from byte `start` on (a line's beginning). A last line without newline is ignored."""
    number = content.count(b"\n", 0, start)
    place = start
    while (end := content.find(b"\n", place)) >= 0:  # line by line: a large import's segment is not there twice
        line, place = content[place:end], end + 1
        number += 1
        if not line.strip():
            continue
        try:
            yield decode_line(line)
        except ValueError as error:
            yield BrokenLine(number, _in_words(error))
        except RecursionError:
            yield BrokenLine(number, "nested too deep")


def _in_words(error: ValueError) -> str:
    """What is wrong with a line, without the line."""
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.object[error.start]:#04x} is not UTF-8"
    return "an escape that is half a character" if isinstance(error, UnicodeEncodeError) else str(error)


def segment_paths(root: Path) -> list[Path]:
    """Every segment of the book, in name order; names that begin with a dot are none, here or in the index."""
    found = []
    for home, folders, names in os.walk(root / FOLDER):
        folders[:] = [name for name in folders if name[0] != "."]
        found += [path for name in names if is_segment(name) and is_plain(path := Path(home, name))]
    return sorted(found)


def is_plain(path: Path) -> bool:
    """Whether a name is a file itself: no link, no pipe."""
    return path.is_file() and not path.is_symlink()


def is_segment(name: str) -> bool:
    """Whether a file in the journal's folders holds events."""
    return name.endswith(SUFFIX) and name[0] != "."


def _value(found: object, key: str) -> Value | None:
    if found is None or isinstance(found, str):
        return found
    if isinstance(found, list):
        return _items(found, key)
    msg = f"`{key}` is neither text nor a list of texts"
    raise ValueError(msg)


def _items(found: object, key: str) -> list[str]:
    if found is None:
        return []
    if isinstance(found, list) and all(isinstance(item, str) for item in found):
        return found
    msg = f"`{key}` is not a list of texts"
    raise ValueError(msg)


def _fields(record: dict[str, object]) -> Fields:
    fields: Fields = {}
    for name, found in record.items():
        value = found if isinstance(found, str) else _value(found, f"record.{name}")
        if value:
            fields[name] = value
    return fields
