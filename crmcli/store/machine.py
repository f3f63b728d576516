"""This machine and this place, so that what lies in `.crm` is believed only where it was made.

A `.crm` folder may come with a clone or an archive that somebody else packed. Its index, its compiled engine files and its
`me` would then say what they please; so each of them carries the machine's id (a random number that nobody else knows) and,
where it matters, the book's real path.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

_FILES = ("/etc/machine-id", "/var/lib/dbus/machine-id")


@lru_cache(maxsize=1)
def machine() -> str:
    """What tells this machine from others, as long as the process runs."""
    for name in _FILES:
        try:
            with open(name, encoding="ascii") as file:  # noqa: PTH123 - every command asks
                found = file.read().strip()
        except (OSError, UnicodeDecodeError):
            continue
        if found:
            return found
    import platform  # noqa: PLC0415 - only where there is no machine id

    return platform.node()


def place_of(root: Path) -> str:
    """The machine and the real path of a book: what clones and copies differ in."""
    return f"{machine()} {os.path.realpath(root)}"


def is_of_this_machine(noted: str) -> bool:
    """Whether a line that begins with a clone's letters, as `.crm/clone` holds, was written on this machine."""
    return noted.partition(" ")[2].startswith(f"{machine()} ")
