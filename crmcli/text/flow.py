"""One-line YAML flow maps, `{street: 南山路 1 号, city: 深圳}`: the stored text of addresses and line items."""

from __future__ import annotations

_OPEN, _CLOSE = frozenset("{["), frozenset("}]")
_DELIMITERS = frozenset(",[]{}")
_BREAKS_PLAIN = frozenset("[]{}#&*!|>'\"%@`,?")


def flow_end(text: str) -> int:
    """Return the index just after the flow map that `text` begins with, -1 when it does not end on this line.

    A quote opens a quoted scalar only where a scalar may begin, so `{street: O'Brien Road}` is one map.
    """
    depth = 0
    position = 0
    begins = True
    while position < len(text):
        char = text[position]
        if begins and char in "'\"":
            position = _quote_end(text, position)
            if position < 0:
                return -1
            begins = False
            continue
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth -= 1
            if depth == 0:
                return position + 1
        if char != " ":
            begins = char in ",:" or char in _OPEN
        position += 1
    return -1


def _quote_end(text: str, start: int) -> int:
    """Return the index after the quoted scalar that begins at `start`, -1 when it is not closed."""
    quote = text[start]
    position = start + 1
    while position < len(text):
        if quote == '"' and text[position] == "\\":
            position += 2
        elif text[position] != quote:
            position += 1
        elif quote == "'" and text[position + 1 : position + 2] == "'":
            position += 2
        else:
            return position + 1
    return -1


def parse_flow_map(text: str, *, empty: bool = False) -> dict[str, str] | None:
    """Read a flow map of plain and quoted scalars; None when it is anything else (nested, escapes, a key twice).

    Parts without a value are left out, or with `empty` kept as "".
    """
    if not text.startswith("{") or flow_end(text) != len(text):
        return None
    parts: dict[str, str] = {}
    position = 1
    while True:
        position = _skip(text, position)
        if text[position] == "}":
            return parts if position == len(text) - 1 else None
        name, position = _scalar(text, position, in_key=True)
        if not name or name in parts or text[position] not in ":,}":
            return None
        value: str | None = ""
        if text[position] == ":":
            value, position = _scalar(text, _skip(text, position + 1), in_key=False)
        if value is None or text[position] not in ",}":
            return None
        parts[name] = value
        position += text[position] == ","
        if text[position - 1] == "," and _skip(text, position) >= len(text):
            return None
        if text[position] == "}":
            filled = parts if empty else {name: value for name, value in parts.items() if value}
            return filled if position == len(text) - 1 else None


def _skip(text: str, position: int) -> int:
    while text[position : position + 1] == " ":
        position += 1
    return position


def _scalar(text: str, start: int, *, in_key: bool) -> tuple[str | None, int]:
    """Read one scalar; return it with the index of the delimiter after it, None for what is no simple scalar."""
    if text[start] in "'\"":
        end = _quote_end(text, start)
        inner = text[start + 1 : end - 1]
        value = inner.replace("''", "'") if text[start] == "'" else None if "\\" in inner else inner
        return value, _skip(text, end)
    end = start
    while text[end] not in _DELIMITERS and not (text[end] == ":" and (in_key or text[end + 1] in " ,}")):
        if text[end] == ":" and text[end + 1] in " ,}":
            return None, end
        end += 1
    plain = text[start:end].rstrip(" ")
    if " #" in plain or plain[:1] in _BREAKS_PLAIN - _DELIMITERS:
        return None, end
    return plain, end
