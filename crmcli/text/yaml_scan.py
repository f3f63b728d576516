"""Read the YAML that we write ourselves, a hundred times faster than a general parser.

Known are: `key: scalar` (plain, single quoted, double quoted without escapes), lists of one item a line, one-line
flow maps (kept as they stand), comments and blank lines. Every scalar is text: `NO`, `01234`, `12:30` and `true` mean
nothing here. Against YAML on purpose, `[[id]]` and `#12aa88` are text too. Whatever else a file holds makes `scan`
give up, and `yaml_general` reads it.
"""

from __future__ import annotations

from functools import lru_cache

from crmcli.light import NamedTuple
from crmcli.text.flow import flow_end

Value = str | list[str]

STOPS = frozenset("[]{}#&*!|>'\"%@`,?")
"""What no plain scalar begins with."""

_SCALAR_STOPS = STOPS | {"-"}
_FILLER = frozenset(("", " ", "#", "-"))
_KEY_STOPS = STOPS | {"-", "<", ":", ".", "=", "\ufeff"}


class Scan(NamedTuple):
    """What the scanner understood: values by key, and the line of every key (also of keys without a value)."""

    fields: dict[str, Value]
    places: dict[str, int]


def scan(lines: list[str], first: int = 2) -> Scan | None:
    """Read the lines of a front matter, `first` being the number of the first; None when they need a real parser."""
    fields: dict[str, Value] = {}
    places: dict[str, int] = {}
    items: list[str] | None = None
    indent = -1
    for number, line in enumerate(lines, first):
        key, colon, text = line.partition(": ")
        # What nearly every line is; what follows below would say the same of it, at twice the price.
        if (
            colon
            and text
            and text[0] not in _SCALAR_STOPS
            and text[0] != " "
            and text[-1] not in " :"
            and ": " not in text
            and " #" not in line
            and "\t" not in line
            and key not in places
            and is_bare_key(key)
        ):
            places[key] = number
            fields[key] = text
            items = None
            continue
        if line[:1] in _FILLER:
            item = line.lstrip(" ")
            if not item or item[0] == "#":
                continue
            depth = len(line) - len(item)
            value = read_item(item) if items is not None and indent in (-1, depth) else None
            if items is None or value is None:
                return None
            indent = depth
            if value:
                items.append(value)
            continue
        entry = _read_entry(line)
        if entry is None or entry.key in places:
            return None
        places[entry.key] = number
        items = None
        if entry.value:
            fields[entry.key] = entry.value
        elif entry.opens:
            fields[entry.key] = items = []
            indent = -1
    return Scan({key: value for key, value in fields.items() if value} if [] in fields.values() else fields, places)


class _Entry(NamedTuple):
    """A `key: value` line; `opens`: there is no value, and items may follow."""

    key: str
    value: str
    opens: bool


def _read_entry(line: str) -> _Entry | None:
    """Read a line that begins an entry; None when it is not simple."""
    key, colon, rest = line.partition(":")
    if not colon or (rest and rest[0] != " ") or "\t" in line or not is_plain_key(key):
        return None
    rest = rest.strip(" ")
    value = read_scalar(rest)
    return None if value is None else _Entry(key, value, not rest or rest[0] == "#")


@lru_cache(maxsize=1024)
def is_bare_key(key: str) -> bool:
    """Whether what stands before a colon and a blank is a key as it is; files of one type have the same few."""
    return is_plain_key(key) and ":" not in key


def read_item(text: str) -> str | None:
    """Read a list item from its dash on."""
    if "\t" in text or (text[:2] != "- " and text != "-"):
        return None
    return read_scalar(text[1:].strip(" "))


def is_plain_key(key: str) -> bool:
    """Whether `key` may stand before a colon as it is, and is read back as itself."""
    return bool(key) and key[0] not in _KEY_STOPS and key[0] > " " and key[-1] != " " and " #" not in key


def read_scalar(text: str) -> str | None:
    """Read a scalar without blanks around it, a comment perhaps behind; "" when there is none, None when not simple."""
    if text and text[0] not in _SCALAR_STOPS and " #" not in text and ": " not in text and text[-1] != ":":
        return text
    found = split_scalar(text)
    return None if found is None else found[0]


def split_scalar(text: str) -> tuple[str, int] | None:
    """Read a scalar as `read_scalar` does; also return where its text ends and blanks and comment begin."""
    if not text or text == "#" or text.startswith("# "):
        return "", 0
    if text[0] in "'\"{[":
        return _enclosed(text)
    if (text[0] in STOPS and text[0] != "#") or text == "-" or text.startswith("- "):
        return None
    plain = text.partition(" #")[0].rstrip(" ")
    if ": " in plain or plain[-1] == ":":
        return None
    return plain, len(plain)


def _enclosed(text: str) -> tuple[str, int] | None:
    if text[0] == "'":
        end = _single_end(text)
        value = text[1 : end - 1].replace("''", "'")
    elif text[0] == '"':
        end = text.find('"', 1) + 1
        value = text[1 : end - 1]
        if "\\" in value:
            return None
    elif text[0] == "{":
        end = flow_end(text)
        value = text[:end]
    else:
        end = text.find("]]") + 2 if text.startswith("[[") else 0
        value = text[:end]
        if "[" in value[2:-2] or "]" in value[2:-2] or len(value) < 5:
            return None
    rest = text[max(end, 0) :]
    if end <= 0 or (rest.strip(" ") and not rest.lstrip(" ").startswith("#")) or rest.startswith("#"):
        return None
    return value, end


def _single_end(text: str) -> int:
    """Return the index after the closing single quote, 0 when there is none."""
    position = text.find("'", 1)
    while position > 0 and text[position + 1 : position + 2] == "'":
        position = text.find("'", position + 2)
    return position + 1
