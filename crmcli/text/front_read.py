"""Read a record file: its front matter, its body, the line of every key."""

from __future__ import annotations

from crmcli.light import NamedTuple
from crmcli.text.front_error import FrontMatterError
from crmcli.text.yaml_scan import Scan, Value, scan

_FENCE = "---"
_MARKERS = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")


class Document(NamedTuple):
    """What a record file says; `lines` holds the 1-based line of every key, also of those without a value."""

    fields: dict[str, Value]
    body: str
    lines: dict[str, int]


def parse(text: str) -> Document:
    """Read a record file; raise `FrontMatterError` when its front matter cannot be understood."""
    if text[:1] == "\ufeff":
        text = text[1:]
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if "<<<<<<<" in text or ">>>>>>>" in text:
        _refuse_conflict(text)
    if not text.startswith("---\n") and text != _FENCE:
        return Document({}, _body(text), {})
    close = text.find("\n---\n", 3)
    if close < 0:
        if not text.endswith("\n---"):
            raise FrontMatterError(
                "unclosed-front-matter",
                1,
                "the front matter is never closed",
                remedy="write a line --- after its last field",
            )
        close = len(text) - 4
    body = text[close + 5 :]
    if body[:1] == "\n":
        body = body[1:]
    lines = text[4:close].split("\n") if close > 4 else []
    found = scan(lines) or _scan_general(lines)
    return Document(found.fields, _body(body), found.places)


def _scan_general(lines: list[str]) -> Scan:
    from crmcli.text.yaml_general import scan_general  # noqa: PLC0415 - only for files crm did not write

    return scan_general(lines)


def _body(text: str) -> str:
    return (text.replace("\r", "\n") if "\r" in text else text).rstrip("\n")


def _refuse_conflict(text: str) -> None:
    """Raise when git left its conflict markers: any one in the front matter, a whole set in the body."""
    opened = 0
    stage = 0
    in_front = text.startswith("---\n")
    for number, line in enumerate(text.split("\n"), 1):
        if in_front and number > 1 and line == _FENCE:
            in_front = False
            stage = 0
        marker = line[:7]
        if marker not in _MARKERS or line[7:8] not in ("", " "):
            continue
        if marker == "<<<<<<<":
            opened, stage = number, 1
        elif marker == "=======":
            stage = 2 if stage == 1 else stage
        if in_front or (marker == ">>>>>>>" and stage == 2):
            raise FrontMatterError(
                "conflict-markers",
                number if in_front else opened,
                "git's conflict markers stand in the file",
                remedy="`crm resolve` settles them; or keep one side of each conflict and delete the marker lines",
            )
