"""What lines of a record file say besides values (comments, order, line ends), merged from two versions with the same values."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from crmcli.text.front_edit import Block, take_apart
from crmcli.text.front_error import FrontMatterError
from crmcli.text.front_read import parse
from crmcli.text.markers import keep_ends, newline_of
from crmcli.text.merge_lines import Chunk, common_lines, merge_lines


def merge_layout(base: str, ours: str, theirs: str) -> str:
    """Merge versions that say the same (`base` may be "": there is none); the result says the same too.

    Where lines cannot be merged it is ours, with the comments that only they have above the fields they stand above.
    """
    base, ours, theirs = _ended_alike(base, ours, theirs)
    if ours == theirs:
        return ours
    mine, yours = keep_ends(ours), keep_ends(theirs)
    old = keep_ends(base) if base else common_lines(mine, yours)
    text = "".join(line for chunk in merge_lines(old, mine, yours) for line in _laid_out(chunk))
    said = _said(ours)
    if _said(text) == said:
        return text
    text = _with_comments(ours, theirs, {line.rstrip("\r\n") for line in [*old, *mine]})
    return text if _said(text) == said else ours


def _ended_alike(base: str, ours: str, theirs: str) -> tuple[str, str, str]:
    """The three with the line ends that the side has which changed them, so that nothing else is a change."""
    before, mine, yours = (newline_of(text) for text in (base or ours, ours, theirs))
    if before == mine == yours:
        return base, ours, theirs
    newline = yours if mine == before else mine
    one, two, three = (text.replace("\r\n", "\n").replace("\n", newline) for text in (base, ours, theirs))
    return one, two, three


def _laid_out(chunk: Chunk) -> Sequence[str]:
    """Lines that both changed: ours, then the comments only they have."""
    if not chunk.is_conflict:
        return chunk.ours
    known = {*chunk.base, *chunk.ours}
    return [*chunk.ours, *(x for x in chunk.theirs if x.lstrip(" ").startswith("#") and x not in known)]


def _said(text: str) -> tuple[object, ...] | None:
    """What a text says, line numbers aside; None when it cannot be read."""
    try:
        document = parse(text)
    except FrontMatterError:
        return None
    return document.fields, document.body


def _with_comments(ours: str, theirs: str, known: Collection[str]) -> str:
    """Our version with comments of theirs that are in no line of `known`."""
    try:
        sheet = take_apart(ours, parse(ours))
        blocks = take_apart(theirs, parse(theirs)).blocks
    except FrontMatterError:
        return ours
    for block, below in zip(blocks, [*blocks[1:], Block("", [])], strict=True):
        fresh = [line for line in block.lines if line.lstrip(" ").startswith("#") and line.rstrip("\r") not in known]
        if fresh and not block.key:
            at = next((n for n, own in enumerate(sheet.blocks) if own.key == below.key != ""), len(sheet.blocks))
            sheet.blocks.insert(at, Block("", [line.rstrip("\r") + sheet.newline[:-1] for line in fresh]))
    return sheet.text()
