"""Conflict markers as git writes them: putting both versions of a place into a file, and taking them out again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from crmcli.text.front_edit import Sheet, take_apart
from crmcli.text.front_error import FrontMatterError
from crmcli.text.front_read import parse
from crmcli.text.merge_lines import Chunk, hunks

OPENS, BASE, BETWEEN, CLOSES = "<<<<<<<", "|||||||", "=======", ">>>>>>>"


class Labels(NamedTuple):
    """What stands behind the markers of each side."""

    ours: str = "ours"
    theirs: str = "theirs"


class Sides(NamedTuple):
    """A file with markers as each side has it; `base` only where every conflict shows it (`merge.conflictStyle` diff3)."""

    ours: str
    theirs: str
    base: str | None


def marked_chunks(chunks: Iterable[Chunk], labels: Labels, newline: str = "\n") -> str:
    """Lines (each with its end) put together, markers around those on which the sides differ."""
    parts: list[str] = []
    for chunk in chunks:
        if chunk.is_conflict:
            parts += [f"{OPENS} {labels.ours}{newline}", *_ended(chunk.ours, newline), BETWEEN + newline]
            parts += [*_ended(chunk.theirs, newline), f"{CLOSES} {labels.theirs}{newline}"]
        else:
            parts += chunk.ours
    return "".join(parts)


def marked(ours: str, theirs: str, labels: Labels) -> str:
    """Two versions of a record file as one with markers: around whole fields, and around the lines of the body.

    Versions that differ in more than fields and body, or whose front matter cannot be cut at its fields, are compared
    line by line.
    """
    newline = newline_of(ours)
    if not ours.lstrip("\ufeff").startswith("---") or not theirs.lstrip("\ufeff").startswith("---"):
        return marked_chunks(hunks(keep_ends(ours), keep_ends(theirs)), labels, newline)
    try:
        front = _marked_front(take_apart(ours, parse(ours)), take_apart(theirs, parse(theirs)), labels)
    except FrontMatterError:
        front = None
    if front is None:
        return marked_chunks(hunks(keep_ends(ours), keep_ends(theirs)), labels, newline)
    head, rest, other = front
    return head + marked_chunks(hunks(keep_ends(rest), keep_ends(other)), labels, newline)


def whole(ours: str, theirs: str, labels: Labels) -> str:
    """Two versions one after the other, markers around all of each."""
    return marked_chunks([Chunk((), keep_ends(ours), keep_ends(theirs))], labels, newline_of(ours))


def sides_of(text: str) -> Sides | None:
    """Take a file with markers apart; None when there are none, or when it is not clear what belongs to whom."""
    reading = _Reading()
    for line in keep_ends(text):
        if not reading.take(line):
            return None
    return reading.sides()


def keep_ends(text: str) -> list[str]:
    """The lines of a text, each with its line end; only LF ends a line."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def newline_of(text: str) -> str:
    """How the first line of a text ends."""
    return "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"


def _ended(lines: Iterable[str], newline: str) -> list[str]:
    return [line if line.endswith("\n") else line + newline for line in lines]


def _marked_front(ours: Sheet, theirs: Sheet, labels: Labels) -> tuple[str, str, str] | None:
    """The front matter with markers, and what follows in each version; None when more than fields differ."""
    mine, yours = _fields_of(ours), _fields_of(theirs)
    differing = [key for key in (mine | yours) if mine.get(key) != yours.get(key)]
    places: dict[str, int] = {}
    kept = _without(ours, differing, places)
    others: dict[str, int] = {}
    if kept != _without(theirs, differing, others) or (ours.mark, ours.newline) != (theirs.mark, theirs.newline):
        return None
    places = others | places
    parts = [f"{ours.mark}---{ours.newline}"]
    for number in range(len(kept) + 1):
        for key in sorted((k for k in differing if places[k] == number), key=list(mine | yours).index):
            chunk = Chunk((), [f"{x}\n" for x in mine.get(key, ())], [f"{x}\n" for x in yours.get(key, ())])
            parts.append(marked_chunks([chunk], labels, ours.newline))
        parts += [f"{line}\n" for line in kept[number : number + 1]]
    return "".join(parts), ours.rest, theirs.rest


def _fields_of(sheet: Sheet) -> dict[str, list[str]]:
    return {block.key: block.lines for block in sheet.blocks if block.key}


def _without(sheet: Sheet, keys: list[str], places: dict[str, int]) -> list[str]:
    """The lines of a front matter without those of some fields; `places` is told where each of them stood."""
    kept: list[str] = []
    for block in sheet.blocks:
        if block.key in keys:
            places[block.key] = len(kept)
        else:
            kept += block.lines
    return kept


class _Reading:
    """Lines of a file with markers being told apart."""

    def __init__(self) -> None:
        self._state = ""
        self._ours: list[str] = []
        self._theirs: list[str] = []
        self._base: list[str] = []
        self._shown = self._found = 0

    def take(self, line: str) -> bool:
        """Take the next line; False when it does not fit."""
        marker = line[:7] if line[7:].rstrip("\r\n")[:1] in ("", " ") else ""
        if marker == OPENS:
            fits, self._state = not self._state, OPENS
            self._found += 1
            return fits
        if marker == BASE and self._state == OPENS:
            self._state = BASE
            self._shown += 1
            return True
        if marker == BETWEEN and self._state:
            fits, self._state = self._state in (OPENS, BASE), BETWEEN
            return fits
        if marker == CLOSES:
            fits, self._state = self._state == BETWEEN, ""
            return fits
        for state, lines in ((OPENS, self._ours), (BASE, self._base), (BETWEEN, self._theirs)):
            if self._state in ("", state):
                lines.append(line)
        return True

    def sides(self) -> Sides | None:
        if self._state or not self._found:
            return None
        base = "".join(self._base) if self._shown == self._found else None
        return Sides("".join(self._ours), "".join(self._theirs), base)
