"""Two machines on one network folder: noticed where it can be, and refused where something could be lost.

Only the folder's locks keep them apart, and some network folders keep locks on each machine, which nothing can tell from
inside. What can be seen is that another machine wrote last (`.crm/clone`), that what it began is not finished, and that it
took the folder over while this machine held the lock.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from crmcli.errors import ConflictError
from crmcli.model.ids import randomness
from crmcli.store import disk, pending, slot
from crmcli.store.holders import Holder, other_machine, take
from crmcli.store.layout import SLOT

FRESH_SECONDS = 60
"""How long an op of another machine counts as under way after its last sign of life; afterwards it was cut off."""

_ADVICE = "a clone of its own for each machine (`crm clone`) needs no lock between them"


class OtherMachineWritesError(ConflictError):
    """Another machine is in the middle of an op, though this one has the lock."""

    def __init__(self, root: Path, host: str, seconds: int) -> None:
        super().__init__(
            f"{host} began to write to {root} {seconds} s ago and has not finished, though this machine has the lock",
            hint=f"nothing was changed; run it again in a minute: what {host} does not finish is finished here then; {_ADVICE}",
        )


class TakenOverError(ConflictError):
    """Another machine began to write while this one had the lock."""

    def __init__(self, root: Path, host: str) -> None:
        super().__init__(
            f"{host} writes to {root} while this machine has the lock: the folder's locks do not hold between machines",
            hint=f"nothing was changed; run it again when {host} does not write; {_ADVICE}",
        )


def take_over(root: Path, state: Path) -> list[str]:
    """Note that this machine writes now; under the lock, before anything is finished or planned.

    Says so when another machine wrote last. Raises `OtherMachineWritesError` (exit 5) while that one seems to be at it.
    """
    last = other_machine(state)
    if last is not None:
        _insist_on_its_end(root, state, last)
    take(root, state, randomness())
    if last is None:
        return []
    return [f"{last.host} wrote to this folder last; if it still does: {_ADVICE} (see docs/guarantees.md)"]


def guard(root: Path, state: Path) -> Callable[[], None]:
    """What raises `TakenOverError` (exit 5) once another machine has begun to write; asked just before the commit point."""

    def insist() -> None:
        found = other_machine(state)
        if found is not None:
            raise TakenOverError(root, found.host)

    return insist


def overtaken(state: Path) -> list[str]:
    """A sentence when another machine began to write in the same moment as an op that is done."""
    found = other_machine(state)
    if found is None:
        return []
    same = f"{found.host} wrote to this folder at the same moment: its locks do not hold between machines"
    return [f"{same}; run `crm check`; {_ADVICE}"]


def _insist_on_its_end(root: Path, state: Path, last: Holder) -> None:
    """Refuse while an op lies there that is not finished and not old; by the file system's own clock."""
    signs = [_changed(state / SLOT)] if slot.read(state) is not None else []
    signs += [_changed(path) for path in [*pending.folders(state), *pending.strays(state)]]
    if not signs:
        return
    seconds = (disk.clock(state) - max(signs)) // 10**9
    if seconds < FRESH_SECONDS:
        raise OtherMachineWritesError(root, last.host, max(seconds, 0))


def _changed(path: Path) -> int:
    try:
        return os.lstat(path).st_mtime_ns
    except OSError:
        return 0
