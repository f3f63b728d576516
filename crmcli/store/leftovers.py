"""What a process that was killed may leave in `.crm/` beside ops: files it was about to rename, probes of the clock.

Their names end in the number of the process that made them; while it lives they are its own.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from crmcli.store import disk

_FOLDERS = ("", "outbox", "outbox/failed")
"""Below `.crm/`: where such files are made."""


def clear_leftovers(state: Path) -> None:
    """Remove the files of processes that are no more; under the lock. What cannot be removed stays: it does no harm."""
    for folder in _FOLDERS:
        for path in _own_names(state / folder):
            with suppress(OSError):
                disk.remove(path)


def _own_names(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            hidden = [Path(entry.path) for entry in entries if entry.name[0] == "."]
    except OSError:
        return []
    return [path for path in hidden if is_of_nobody(path.name)]


def is_of_nobody(name: str) -> bool:
    """Whether a name ends in the number of a process that does not live here."""
    digits = name[name.rfind("-" if name.startswith(".clock-") else ".") + 1 :]
    if not digits.isascii() or not digits.isdigit() or os.name == "nt":  # there, asking after a process may end it
        return False
    number = int(digits)
    if number == os.getpid():
        return False
    try:
        os.kill(number, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:  # it lives, and is somebody else's
        return False
    return False
