"""Whether an op may be under way or cut off: what every reading command asks, so it loads nothing and looks but twice."""

from __future__ import annotations

from pathlib import Path

from crmcli.store import disk
from crmcli.store.layout import SLOT, SLOT_EMPTY


def may_be_under_way(state: Path) -> bool:
    """Whether an op lies in a folder or in the slot; an empty slot is known by its first bytes.

    What cannot be looked at is taken for nothing: a reader goes on, and a writer will say what is wrong.
    """
    try:
        if any((state / "pending").iterdir()):
            return True
    except OSError:
        pass  # there is no such folder until the first op, and none that can be seen
    try:
        return disk.read_whole(state / SLOT, len(SLOT_EMPTY)) != SLOT_EMPTY
    except OSError:
        return False
