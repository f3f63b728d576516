"""Texts that both sides changed: merged by lines; where they contradict, both versions stay, the older first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from crmcli.text.markers import keep_ends
from crmcli.text.merge_lines import Chunk, merge_lines

_LIST_MARKS = ("- ", "* ", "+ ", "> ", "| ")


class Bodies(NamedTuple):
    """A text merged: with both versions where they contradict (`both`), and as each side would have it; one text without conflict."""

    both: str
    ours: str
    theirs: str

    @property
    def conflict(self) -> bool:
        """Whether the sides contradict each other."""
        return self.ours != self.theirs


def merge_bodies(base: str, ours: str, theirs: str, *, ours_is_older: bool) -> Bodies:
    """Merge texts as records hold them: LF, without the last line's end."""
    chunks = merge_lines(*(_lines(text) for text in (base, ours, theirs)))
    both = [_both(chunk, ours_is_older=ours_is_older) if chunk.is_conflict else chunk.ours for chunk in chunks]
    return Bodies(_text(both), _text([chunk.ours for chunk in chunks]), _text([chunk.theirs for chunk in chunks]))


def _both(chunk: Chunk, *, ours_is_older: bool) -> list[str]:
    """Both versions, kept apart by a blank line where they would run into one paragraph."""
    older, newer = (chunk.ours, chunk.theirs) if ours_is_older else (chunk.theirs, chunk.ours)
    joined = (
        older and newer and older[-1].strip() and newer[0].strip() and not newer[0].lstrip().startswith(_LIST_MARKS)
    )
    return [*older, *(["\n"] if joined else []), *newer]


def _lines(text: str) -> list[str]:
    return keep_ends(f"{text}\n") if text else []


def _text(parts: Sequence[Sequence[str]]) -> str:
    return "".join(line for part in parts for line in part).rstrip("\n")
