"""Three-way merge of files that are no readable records: by lines, as git does; segments of the journal by adding. Pure."""

from __future__ import annotations

from typing import NamedTuple

from crmcli.text.markers import Labels, keep_ends, marked_chunks, newline_of
from crmcli.text.merge_lines import Chunk, merge_lines


class MergedText(NamedTuple):
    """The bytes to write, and whether a conflict is left in them."""

    content: bytes
    conflict: bool


def merge_text(base: bytes, ours: bytes, theirs: bytes, labels: Labels) -> MergedText:
    """Merge by lines, markers around conflicts; what is no text stays as ours, a conflict without markers."""
    if b"\0" in base + ours + theirs:
        return MergedText(ours, conflict=True)
    chunks = _chunks(base, ours, theirs)
    text = marked_chunks(chunks, labels, newline_of(ours.decode("utf-8", "surrogateescape")))
    return MergedText(text.encode("utf-8", "surrogateescape"), any(chunk.is_conflict for chunk in chunks))


def merge_segment(base: bytes, ours: bytes, theirs: bytes, labels: Labels) -> MergedText:
    """Merge a segment: lines that each side added are all kept, ours first. A line that was changed is a conflict of text."""
    chunks = _chunks(base, ours, theirs)
    if any(chunk.is_conflict and chunk.base for chunk in chunks):
        return merge_text(base, ours, theirs, labels)
    lines: list[str] = []
    for chunk in chunks:
        lines += chunk.ours
        lines += [line for line in chunk.theirs if chunk.is_conflict and line not in chunk.ours]
    return MergedText("".join(lines).encode("utf-8", "surrogateescape"), conflict=False)


def _chunks(base: bytes, ours: bytes, theirs: bytes) -> list[Chunk]:
    return merge_lines(*(keep_ends(content.decode("utf-8", "surrogateescape")) for content in (base, ours, theirs)))
