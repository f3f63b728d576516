"""Read front matter that only a general YAML parser understands; every scalar stays text.

Block scalars, escapes, anchors, values over several lines, flow lists: ruamel.yaml composes the node graph, nothing is
constructed, so tags and types have no say. Aliases are followed under a bound; nested maps become the text of a
one-line flow map; lists inside of lists or maps are refused.
"""

from __future__ import annotations

from typing import Any, Protocol

from crmcli.text.front_error import FrontMatterError
from crmcli.text.yaml_scan import Scan, read_scalar
from crmcli.text.yaml_troubles import ONE_A_LINE, explained, is_told_where_it_begins
from crmcli.text.yaml_write import flow_part, quoted

Value = str | list[str]

_LONGEST_SOURCE = 256 * 1024
_LONGEST_VALUES = 1024 * 1024
_DEEPEST = 8
_DEEPEST_BRACKETS = 200
_MOST_MARKS = 10_000
"""Line ends, commas and colons that a general parser is given: it takes up to a millisecond for each."""


class _Node(Protocol):
    """What we use of ruamel's nodes; `id` is scalar, sequence or mapping."""

    id: str
    value: Any
    style: str | None
    start_mark: Any


class _Reading:
    """One reading: the source for line numbers, and how many characters aliases may still unfold to."""

    def __init__(self, source: str, first: int) -> None:
        self.source = source
        self.first = first
        self.budget = _LONGEST_VALUES

    def line(self, node: _Node) -> int:
        return self.first + self.source.count("\n", 0, node.start_mark.index)

    def refuse(self, node: _Node, message: str, remedy: str, code: str = "bad-yaml") -> FrontMatterError:
        return FrontMatterError(code, self.line(node), message, column=node.start_mark.column + 1, remedy=remedy)


def scan_general(lines: list[str], first: int = 2) -> Scan:
    """Read front matter with ruamel.yaml; raise `FrontMatterError`."""
    source = "\n".join(_requoted(line) for line in lines) + "\n"
    if len(source) > _LONGEST_SOURCE:
        raise FrontMatterError("bad-yaml", first, "front matter of more than 256 kB", remedy="move long text below it")
    directive = next((number for number, line in enumerate(lines, first) if line.startswith("%")), 0)
    if directive:
        raise FrontMatterError("bad-yaml", directive, "a line that begins with `%`", column=1, remedy=ONE_A_LINE)
    _insist_on_bounds(source, first)
    reading = _Reading(source, first)
    root = _compose(source, first)
    if root is None:
        return Scan({}, {})
    if root.id != "mapping":
        raise reading.refuse(root, "the front matter is no list of `key: value` lines", ONE_A_LINE)
    return _fields(reading, root)


def _insist_on_bounds(source: str, first: int) -> None:
    """Refuse what the parser would need minutes for: ten thousand values beyond plain lines, brackets in brackets."""
    if sum(map(source.count, ("\n", ",", ": "))) > _MOST_MARKS:
        message = f"front matter of more than {_MOST_MARKS:,} values that are not all plain `key: value` lines"
        raise FrontMatterError("bad-yaml", first, message, remedy="move what is long below it, or attach it as a file")
    depth = 0
    for place, char in enumerate(source):
        if char in "[{":
            depth += 1
            if depth > _DEEPEST_BRACKETS:
                line = first + source.count("\n", 0, place)
                raise FrontMatterError("bad-yaml", line, "nested too deep", remedy=ONE_A_LINE)
        elif char in "]}":
            depth = max(depth - 1, 0)


def _requoted(line: str) -> str:
    """Quote what only our scanner reads as text (`[[x]]`, `#12aa88`) or keeps as it stands (flow maps)."""
    dash = line.lstrip(" ").startswith("- ")
    head, mark, rest = line.partition("- " if dash else ": ")
    text = rest.strip(" ")
    if not mark or text[:1] not in ("#", "[", "{") or (not dash and head[:1] in ("", " ", "#", "-")):
        return line
    value = read_scalar(text)
    return f"{head}{mark}{quoted(value)}" if value else line


def _compose(source: str, first: int) -> _Node | None:
    from warnings import catch_warnings  # noqa: PLC0415

    from ruamel.yaml import YAML  # noqa: PLC0415 - 40 ms, only for files crm did not write
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415 - 40 ms, only for files crm did not write

    try:
        with catch_warnings(action="ignore"):  # an anchor that stands twice: the later one counts
            root: _Node | None = YAML(typ="safe", pure=True).compose(source)
    except MarkedYAMLError as error:
        problem, context = str(error.problem or ""), str(error.context or "")
        begins = error.context_mark if is_told_where_it_begins(problem, context) else None
        mark = begins or error.problem_mark or error.context_mark
        line = first + (source.count("\n", 0, mark.index) if mark else 0)
        line = min(line, first + source.count("\n") - 1)
        message, remedy = explained(problem, context)
        column = mark.column + 1 if mark else 0
        raise FrontMatterError("bad-yaml", line, message, column=column, remedy=remedy) from None
    except RecursionError:
        raise FrontMatterError("bad-yaml", first, "nested too deep", remedy=ONE_A_LINE) from None
    except (YAMLError, ValueError) as error:
        # ReaderError: characters YAML forbids; ValueError: escapes beyond Unicode
        position = getattr(error, "position", 0)
        line = first + source.count("\n", 0, position)
        raise FrontMatterError("bad-yaml", line, "a character that YAML does not allow", remedy="remove it") from None
    return root


def _fields(reading: _Reading, root: _Node) -> Scan:
    fields: dict[str, Value] = {}
    places: dict[str, int] = {}
    for key, node in root.value:
        if key.id != "scalar" or not key.value or key.value == "<<":
            raise reading.refuse(key, "a key that is no name", ONE_A_LINE)
        if not str(key.value).isprintable():
            raise reading.refuse(key, "a key with an invisible character", "write a plain name")
        name = str(key.value)
        if name in places:
            raise reading.refuse(
                key, f"`{name}` stands twice, first on line {places[name]}", "keep one of them", "duplicate-key"
            )
        places[name] = reading.line(key)
        value = _list(reading, node) if node.id == "sequence" else _scalar(reading, node, 0)
        if value:
            fields[name] = value
    return Scan(fields, places)


def _list(reading: _Reading, node: _Node) -> list[str]:
    return [text for item in node.value if (text := _scalar(reading, item, 0))]


def _scalar(reading: _Reading, node: _Node, depth: int) -> str:
    if node.id == "sequence":
        raise reading.refuse(node, "a list inside of a list or map", "lists hold one value a line")
    text = _flow_text(reading, node, depth) if node.id == "mapping" else str(node.value)
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise reading.refuse(node, "an escape that is half a character", "write the character itself")
    reading.budget -= len(text) + 1
    if reading.budget < 0 or depth > _DEEPEST:
        raise reading.refuse(node, "aliases or nesting that unfold to too much", "write the values out")
    # The line end of a block scalar belongs to the layout, not to the value.
    return text.rstrip("\n") if node.id == "scalar" and node.style in ("|", ">") else text


def _flow_text(reading: _Reading, node: _Node, depth: int) -> str:
    parts = []
    for key, child in node.value:
        if key.id != "scalar" or depth > _DEEPEST:
            raise reading.refuse(key, "a map too deep to read", "write one value a line")
        value = _scalar(reading, child, depth + 1)
        if value:
            parts.append(f"{flow_part(str(key.value))}: {value if child.id == 'mapping' else flow_part(value)}")
    return "{" + ", ".join(parts) + "}" if parts else ""
