"""Three versions of a field: what the import gave last, what the record has now, what the row says.

Who alone changed it has it. Where both did, or where nothing tells who did, it is `prefer`'s to say; else the
record's value stays and is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

OURS, THEIRS = "ours", "theirs"


class Verdict(Enum):
    """Whose value a field gets."""

    TAKE = "take"
    KEEP = "keep"
    CONFLICT = "conflict"


class Kept(NamedTuple):
    """A value that both sides changed and that stayed.

    `before` is what the import gave last ("" for nothing), `here` the record's value, `there` the file's.
    """

    record: str
    field: str
    before: str
    here: str
    there: str


def settle(base: str | None, ours: str, theirs: str) -> Verdict:
    """Whose value counts, of canonical texts; "" is empty, which `theirs` never is; no `base`: the import never gave one."""
    if theirs in (ours, base):
        return Verdict.KEEP
    if ours == (base or ""):
        return Verdict.TAKE
    return Verdict.CONFLICT


def settle_items(
    base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The items of a list that come and go: what the row has new, and what it had before and lacks now."""
    add = tuple(item for item in theirs if item not in ours and item not in base)
    remove = tuple(item for item in base if item in ours and item not in theirs)
    return add, remove
