"""Write the front matter of a record: quoting, entries, whole files in canonical bytes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from unicodedata import is_normalized, normalize

from crmcli.text.yaml_scan import STOPS, is_plain_key, split_scalar

Value = str | list[str]

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_FLOW_MARKS = frozenset(",[]{}")
_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def composed(text: str) -> str:
    """Return `text` in Unicode's composed form (NFC), the form of everything written."""
    return text if text.isascii() or is_normalized("NFC", text) else normalize("NFC", text)


def quoted(text: str) -> str:
    """Write a scalar: as it is where YAML reads it back so, else in single quotes.

    Control characters and line breaks, which no single quotes can hold, make it a double-quoted scalar with escapes.
    """
    if _UNPRINTABLE.search(text):
        return '"' + "".join(_escaped(char) for char in text) + '"'
    if _is_plain(text):
        return text
    return "'" + text.replace("'", "''") + "'"


def _is_plain(text: str) -> bool:
    if not text or text[0] in STOPS or text[0] == " " or text[-1] in " :":
        return False
    return not (": " in text or " #" in text or text == "-" or text.startswith("- "))


def is_sure(text: str) -> bool:
    """Whether a text stands in a file as it is, told at a glance: ASCII that begins with a letter or a digit, as most values are.

    What `quoted` would do to the others takes a longer look.
    """
    return (
        text.isascii()
        and text[:1].isalnum()
        and text[-1] not in " :"
        and text.isprintable()
        and ": " not in text
        and " #" not in text
    )


def _escaped(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    return f"\\u{ord(char):04x}" if _UNPRINTABLE.match(char) else char


def scalar_text(value: str, *, is_map: bool) -> str:
    """Write a value as it stands after `key:` or `-`; the text of a flow map (`is_map`) goes in raw."""
    if is_sure(value):
        return value
    value = composed(value)
    if is_map and value[:1] == "{" and split_scalar(value) == (value, len(value)) and not _UNPRINTABLE.search(value):
        return value
    return quoted(value)


def flow_part(text: str) -> str:
    """Write a scalar as it stands inside of a flow map, where brackets and commas need quotes too."""
    shown = quoted(text)
    if shown == text and (text[0] == ":" or not _FLOW_MARKS.isdisjoint(text)):
        return "'" + text.replace("'", "''") + "'"
    return shown


def render_flow_map(parts: Mapping[str, str], *, empty: bool = False) -> str:
    """Write a flow map in canonical form: parts in the order given, quoted only where needed.

    Empty parts are left out, or with `empty` written as `''`.
    """
    shown = (f"{flow_part(name)}: {flow_part(composed(value))}" for name, value in parts.items() if value or empty)
    return "{" + ", ".join(shown) + "}"


@lru_cache(1024)
def _written_key(key: str) -> str:
    """A key as it stands before its colon; a book has few of them, each written again and again."""
    name = composed(key)
    if not is_plain_key(name) or ":" in name or "\t" in name or _UNPRINTABLE.search(name):
        return quoted(name) if quoted(name) != name else f"'{name}'"
    return name


def entry_lines(key: str, value: Value, *, is_map: bool = False) -> list[str]:
    """Write one field, a list with one item a line; without line ends. Nothing for an empty value."""
    name = _written_key(key)
    if isinstance(value, str):
        return [f"{name}: {scalar_text(value, is_map=is_map)}"] if value else []
    items = [f"  - {scalar_text(item, is_map=is_map)}" for item in value if item]
    return [f"{name}:", *items] if items else []


def canonical_body(body: str) -> str:
    """Return the body as it is stored: LF, NFC, no line ends after the last line."""
    if "\r" in body:
        body = body.replace("\r\n", "\n").replace("\r", "\n")
    return composed(body.rstrip("\n"))


def render_file(fields: Mapping[str, Value], body: str, maps: Collection[str]) -> str:
    """Write a whole record file; see `frontmatter.render`."""
    lines = ["---"]
    for key, value in fields.items():
        if isinstance(value, str) and is_sure(value):
            lines.append(f"{_written_key(key)}: {value}")
        else:
            lines += entry_lines(key, value, is_map=key in maps)
    lines.append("---")
    text = canonical_body(body)
    if text:
        lines += ["", text]
    return "\n".join(lines) + "\n"
