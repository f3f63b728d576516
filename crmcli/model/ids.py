"""Names that never collide: record ids, clone ids, ULIDs for events and ops; and the one seam of randomness.

`CRM_RANDOM` (an integer seed, for tests and transcripts) makes a process draw the same letters every time.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32, lower case: no i, l, o, u."""

ULID_LENGTH = 26
SHORT_OP = 12
"""Letters of an op's id in a column: ten for its millisecond, which no other op of a clone shares, and two more."""

SHORT_ULID = 14
"""Letters of one that people see and type: its time, and enough of the rest to tell two of one millisecond apart."""
_RANDOM_BITS = 80
_RESERVED_STEMS = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))],
)
_ULID_LETTERS = frozenset(ALPHABET.upper())
_STEM_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
STEM_LIMIT = 64


def randomness() -> random.Random:
    """A source of random letters: the system's, or one seeded by `CRM_RANDOM`."""
    import random  # noqa: PLC0415 - reads draw nothing

    seed = os.environ.get("CRM_RANDOM")
    return random.Random(seed) if seed else random.SystemRandom()  # noqa: S311 - the seeded one is for tests


def letters(source: random.Random, count: int) -> str:
    """`count` random letters of `ALPHABET`."""
    draw, among = source.random, len(ALPHABET)  # as `choices` does it, in a third of its time
    return "".join([ALPHABET[int(draw() * among)] for _ in range(count)])


_PAIRS = tuple(first + second for first in ALPHABET.upper() for second in ALPHABET.upper())
"""Ten bits as two letters: an import of 100,000 rows draws as many ids."""


def encode(number: int, length: int) -> str:
    """`number` in base 32, padded to `length` letters (an even number), upper case as ULIDs are written."""
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(5 * length - 10, -1, -10)])


def ulid(milliseconds: int, randomness80: int) -> str:
    """A ULID (github.com/ulid/spec): 48 bits of Unix time in ms, then 80 bits."""
    return encode(milliseconds, 10) + encode(randomness80, 16)


def ulid_milliseconds(identifier: str) -> int:
    """The time part of a ULID in ms since 1970; 0 for text that is none."""
    number = 0
    for letter in identifier[:10].lower():
        digit = ALPHABET.find(letter)
        if digit < 0:
            return 0
        number = number * 32 + digit
    return number


def is_ulid(text: str) -> bool:
    """Whether `text` is written as a ULID: 26 letters of the alphabet in upper case, within 48 bits of time."""
    return len(text) == ULID_LENGTH and text[0] < "8" and _ULID_LETTERS.issuperset(text)


class UlidSource:
    """Hands out ULIDs, each greater than the one before and than every id in the tree.

    The first of an op takes the time max(clock, greatest seen + 1 ms); those after it keep that time and count up in
    the random part, so that an import of 100,000 rows does not run ahead of the clock.
    """

    def __init__(self, source: random.Random, clock_ms: int, greatest: str) -> None:
        self._source = source
        self._time = encode(max(clock_ms, ulid_milliseconds(greatest) + 1 if greatest else 0), 10)
        self._low = source.getrandbits(_RANDOM_BITS - 1)
        self._high = -1  # the part of `_low` that is the same for many ids, of which `_head` ends in the letters
        self._head = ""

    def next(self) -> str:
        """Draw the next id."""
        self._low += 1 + self._source.getrandbits(16)
        low = self._low
        if low >> 30 != self._high:
            self._high = low >> 30
            self._head = self._time + encode(self._high, 10)
        return f"{self._head}{_PAIRS[low >> 20 & 1023]}{_PAIRS[low >> 10 & 1023]}{_PAIRS[low & 1023]}"


def is_stem(stem: str) -> bool:
    """Whether `stem` may be a record's id: `[a-z0-9]+(-[a-z0-9]+)*`, at most 64, no name Windows reserves."""
    if not stem or len(stem) > STEM_LIMIT or stem in _RESERVED_STEMS:
        return False
    return _STEM_LETTERS.issuperset(stem) and stem[0] != "-" != stem[-1] and "--" not in stem


def new_id(slug: str, source: random.Random, taken: Callable[[str], bool]) -> str:
    """`slug` with five random letters that no record of the type has yet."""
    while True:
        candidate = f"{slug}-{letters(source, 5)}"
        if not taken(candidate):
            return candidate
