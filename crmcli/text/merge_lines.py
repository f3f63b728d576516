"""Three-way merge of lines, as `diff3` and git do it: what one side changed is taken, what both changed is a conflict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

Lines = Sequence[str]


class Chunk(NamedTuple):
    """A stretch of the merge: settled lines (`ours` is `theirs`), or what each side made of the lines of `base`."""

    base: Lines
    ours: Lines
    theirs: Lines

    @property
    def is_conflict(self) -> bool:
        """Whether the sides differ here."""
        return self.ours != self.theirs


def merge_lines(base: Lines, ours: Lines, theirs: Lines) -> list[Chunk]:
    """Merge by lines; neighbouring changes conflict, as in git. Swapping the sides swaps the chunks' sides."""
    chunks: list[Chunk] = []
    at = _Place(0, 0, 0)
    for region in _common(base, ours, theirs):
        chunks += _settle(base[at.base : region.base], ours[at.ours : region.ours], theirs[at.theirs : region.theirs])
        same = base[region.base : region.base + region.length]
        if same:
            chunks.append(Chunk(same, same, same))
        at = _Place(region.base + region.length, region.ours + region.length, region.theirs + region.length)
    return chunks


def common_lines(ours: Lines, theirs: Lines) -> list[str]:
    """The lines both have, in order: what stands for a base where there is none."""
    return [line for start, _, length in _matches(ours, theirs) for line in ours[start : start + length]]


def hunks(ours: Lines, theirs: Lines) -> list[Chunk]:
    """Two versions side by side: stretches that are equal and stretches that differ."""
    found: list[Chunk] = []
    one = other = 0
    for start, begin, length in [*_matches(ours, theirs), (len(ours), len(theirs), 0)]:
        if ours[one:start] != theirs[other:begin]:
            found.append(Chunk((), ours[one:start], theirs[other:begin]))
        same = ours[start : start + length]
        if same:
            found.append(Chunk(same, same, same))
        one, other = start + length, begin + length
    return found


class _Place(NamedTuple):
    base: int
    ours: int
    theirs: int
    length: int = 0


def _settle(base: Lines, ours: Lines, theirs: Lines) -> list[Chunk]:
    """What comes of lines that are not the same in all three."""
    if ours == base:
        ours = theirs
    elif theirs == base:
        theirs = ours
    if ours == theirs:
        return [Chunk(ours, ours, ours)] if ours else []
    head = _shared(ours, theirs)
    tail = _shared(ours[head:][::-1], theirs[head:][::-1])
    first, last = ours[:head], ours[len(ours) - tail :]
    rest = Chunk(base, ours[head : len(ours) - tail], theirs[head : len(theirs) - tail])
    return [c for c in (Chunk(first, first, first), rest, Chunk(last, last, last)) if c.is_conflict or c.ours]


def _shared(one: Lines, other: Lines) -> int:
    """How many lines at the beginning are the same."""
    length = 0
    for mine, yours in zip(one, other, strict=False):
        if mine != yours:
            break
        length += 1
    return length


def _common(base: Lines, ours: Lines, theirs: Lines) -> Iterator[_Place]:
    """Stretches of the base that both sides still have, in order, and the end."""
    mine, yours = _matches(base, ours), _matches(base, theirs)
    one = other = 0
    while one < len(mine) and other < len(yours):
        (start, a, length), (begin, b, count) = mine[one], yours[other]
        first, end = max(start, begin), min(start + length, begin + count)
        if first < end:
            yield _Place(first, a + first - start, b + first - begin, end - first)
        if start + length < begin + count:
            one += 1
        else:
            other += 1
    yield _Place(len(base), len(ours), len(theirs))


def _matches(one: Lines, other: Lines) -> list[tuple[int, int, int]]:
    """Equal stretches as (start in one, start in other, length); what is equal at both ends is not searched."""
    from difflib import SequenceMatcher  # noqa: PLC0415 - merges only

    head = _shared(one, other)
    tail = _shared(one[head:][::-1], other[head:][::-1])
    inner = SequenceMatcher(None, one[head : len(one) - tail], other[head : len(other) - tail], autojunk=False)
    found = [(0, 0, head)]
    found += [(head + a, head + b, size) for a, b, size in inner.get_matching_blocks() if size]
    found.append((len(one) - tail, len(other) - tail, tail))
    return [match for match in found if match[2]]
