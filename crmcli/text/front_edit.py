"""Edit a record file line by line: what is not changed keeps its bytes.

The front matter is cut into blocks: an entry with its key, or filler (comments and blank lines between entries), each
a list of raw lines. A change replaces, makes or drops one block. The result is read again and compared before it is
returned, so that no file of an odd shape is ever damaged.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from crmcli.text.front_error import FrontMatterError
from crmcli.text.front_read import Document, parse
from crmcli.text.yaml_scan import Value, read_item, scan, split_scalar
from crmcli.text.yaml_write import canonical_body, composed, entry_lines, scalar_text

_FENCE = "---"


class Block(NamedTuple):
    """Raw lines of the front matter (a CR may end each), and the key they belong to; "" for filler."""

    key: str
    lines: list[str]


class Sheet(NamedTuple):
    """A file taken apart: byte order mark, line end, blocks of the front matter, all from the closing fence on."""

    mark: str
    newline: str
    blocks: list[Block]
    rest: str

    def text(self) -> str:
        """The file put together again."""
        lines = [line for block in self.blocks for line in block.lines]
        head = "".join(f"{line}\n" for line in lines)
        return f"{self.mark}{_FENCE}{self.newline}{head}{self.rest}"


def edited(
    text: str,
    changes: Mapping[str, Value | None],
    *,
    order: Sequence[str],
    maps: Collection[str],
    body: str | None,
) -> str:
    """Do what `frontmatter.edit` says."""
    document = parse(text)
    wanted = {key: _clean(value) for key, value in changes.items()}
    wanted = {key: value for key, value in wanted.items() if value != document.fields.get(key)}
    new_body = None if body is None else canonical_body(body)
    if new_body == document.body:
        new_body = None
    if not wanted and new_body is None:
        return text
    sheet = take_apart(text, document)
    for key in sorted(wanted, key=lambda key: order.index(key) if key in order else len(order)):
        _change(sheet, key, wanted[key], document.fields.get(key), order, is_map=key in maps)
    if new_body is not None:
        sheet = sheet._replace(rest=_with_body(sheet, new_body))
    return _checked(sheet.text(), document, wanted, new_body)


def _clean(value: Value | None) -> Value | None:
    """Bring a value into the form it is read back in; None when nothing is left."""
    if not value:
        return None
    return composed(value) if isinstance(value, str) else [composed(item) for item in value if item] or None


def take_apart(text: str, document: Document) -> Sheet:
    """Cut a file that was read as `document`; raises `FrontMatterError` where several fields share a line."""
    mark = "\ufeff" if text[:1] == "\ufeff" else ""
    lines = text[len(mark) :].split("\n")
    newline = "\r\n" if lines[0].endswith("\r") else "\n"
    if lines[0].removesuffix("\r") != _FENCE:
        gap = newline if text[len(mark) :] else ""
        return Sheet(mark, newline, [], f"{_FENCE}{newline}{gap}{text[len(mark) :]}")
    close = next(number for number in range(1, len(lines)) if lines[number].removesuffix("\r") == _FENCE)
    return Sheet(mark, newline, _blocks(lines[1:close], document.lines), "\n".join(lines[close:]))


def _blocks(lines: list[str], places: Mapping[str, int]) -> list[Block]:
    """Cut the lines of a front matter at its keys; `places` counts from the opening fence as line 1."""
    starts = sorted((place - 2, key) for key, place in places.items())
    bounds = [start for start, _ in starts] + [len(lines)]
    blocks = [Block("", lines[: bounds[0]])]
    for (start, key), end in zip(starts, bounds[1:], strict=True):
        if start == end:
            raise FrontMatterError(
                "bad-yaml", start + 2, "several fields on one line", remedy="write one field a line, then try again"
            )
        simple = scan(_bare(lines[start:end])) is not None
        own = end
        while own > start + 1 and _is_filler(lines[own - 1], anywhere=simple):
            own -= 1
        blocks += [Block(key, lines[start:own]), Block("", lines[own:end])]
    return blocks


def _is_filler(line: str, *, anywhere: bool) -> bool:
    """Whether a line is blank or a comment; an indented # may be content unless `anywhere`."""
    bare = line.removesuffix("\r")
    return not bare.strip(" ") or (bare.lstrip(" ") if anywhere else bare).startswith("#")


def _bare(lines: list[str]) -> list[str]:
    return [line.removesuffix("\r") for line in lines]


def _change(
    sheet: Sheet, key: str, value: Value | None, old: Value | None, order: Sequence[str], *, is_map: bool
) -> None:
    """Put the block of one field in place of its old one."""
    blocks = sheet.blocks
    at = next((number for number, block in enumerate(blocks) if block.key == key), None)
    if at is not None:
        lines = _rewritten(key, _bare(blocks[at].lines), value, old, is_map=is_map)
        kept = dict(zip(_bare(blocks[at].lines), blocks[at].lines, strict=True))
        blocks[at] = Block(key, [kept.get(line, line + sheet.newline[:-1]) for line in lines])
    elif value is not None:
        fresh = [line + sheet.newline[:-1] for line in entry_lines(key, value, is_map=is_map)]
        blocks.insert(_place(blocks, key, order), Block(key, fresh))


def _place(blocks: list[Block], key: str, order: Sequence[str]) -> int:
    """Where a new block goes: after the nearest earlier key of `order`, else first; keys not in `order` last."""
    entries = {block.key: number for number, block in enumerate(blocks) if block.key and block.lines}
    if key not in order:
        return max(entries.values(), default=-1) + 1
    earlier = order[: order.index(key)]
    return next((entries[name] + 1 for name in reversed(earlier) if name in entries), 0)


def _rewritten(key: str, lines: list[str], value: Value | None, old: Value | None, *, is_map: bool) -> list[str]:
    """Return the new lines of an entry, keeping of the old ones what may stay."""
    if value is None:
        return []
    if scan(lines) is not None:
        if isinstance(value, str) and len(lines) == 1 and not isinstance(old, list):
            return [_with_scalar(lines[0], scalar_text(value, is_map=is_map))]
        if isinstance(value, list) and not isinstance(old, str):
            return [lines[0], *_with_items(lines[1:], value, is_map=is_map)]
    return entry_lines(key, value, is_map=is_map)


def _with_scalar(line: str, scalar: str) -> str:
    """Put a scalar into a `key: value # comment` line; what stands around it stays."""
    key, _, rest = line.partition(":")
    core = rest.lstrip(" ")
    lead = rest[: len(rest) - len(core)] or " "
    found = split_scalar(core.rstrip(" "))
    end = found[1] if found else len(core)
    tail = core[end:].rstrip(" ")
    if found and scalar_text(found[0], is_map=False) != core[:end]:  # quotes that the value before did not need
        scalar = _quoted_like(core[:end], scalar)
    gap = " " if tail and tail[0] != " " else ""
    return f"{key}:{lead}{scalar}{gap}{tail}"


def _quoted_like(old: str, scalar: str) -> str:
    """A scalar that needs no quotes, in those that the one before it had."""
    mark = old[:1]
    if mark not in ("'", '"') or not scalar or scalar[0] in "'\"{" or "\\" in scalar or '"' in scalar:
        return scalar
    return f"{mark}{scalar.replace(mark, mark * 2)}{mark}"


def _with_items(lines: list[str], value: list[str], *, is_map: bool) -> list[str]:
    """Write list items in their new order, on their old lines where they have one; comment lines stay."""
    old: dict[str, list[list[str]]] = {}
    above: list[str] = []
    indent = "  "
    for line in lines:
        text = line.lstrip(" ")
        item = read_item(text) if text[:1] == "-" else None
        if item is None:
            above.append(line)
            continue
        indent = line[: len(line) - len(text)]
        if item in value:
            old.setdefault(item, []).append([*above, line])
            above = []
    written: list[str] = []
    for item in value:
        kept = old.get(item)
        written += kept.pop(0) if kept else [f"{indent}- {scalar_text(item, is_map=is_map)}"]
    return written + above


def _with_body(sheet: Sheet, body: str) -> str:
    """Return all from the closing fence on, with a new body; the blank line above it stays as it was."""
    newline = sheet.newline
    if not body:
        return _FENCE + newline
    below = sheet.rest.split("\n", 1)[-1].replace("\r", "") if "\n" in sheet.rest else ""
    gap = "" if below and below[0] != "\n" and body[0] != "\n" else newline
    return f"{_FENCE}{newline}{gap}{body.replace(chr(10), newline)}{newline}"


def _checked(text: str, document: Document, wanted: Mapping[str, Value | None], body: str | None) -> str:
    """Return the edited text after making sure that it says what was asked for, and nothing else."""
    expected = {key: value for key, value in document.fields.items() if key not in wanted}
    expected |= {key: value for key, value in wanted.items() if value is not None}
    try:
        result = parse(text)
        same = result.fields == expected and result.body == (document.body if body is None else body)
    except FrontMatterError:
        same = False
    if not same:
        line = min((document.lines.get(key, 1) for key in wanted), default=1)
        raise FrontMatterError(
            "bad-yaml",
            line,
            "the front matter is too unusual to change one field of it",
            remedy="write it as `key: value` lines, then try again",
        )
    return text
