"""This machine and this place, so that what lies in `.crm` is believed only where it was made.

A `.crm` folder may come with a clone or an archive that somebody else packed. Its index, its compiled engine files and its
`me` would then say what they please; so each of them carries the machine's id (a random number that nobody else knows: the
system's, else one that is kept in the user's settings) and, where it matters, the book's real path.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

_FILES = ("/etc/machine-id", "/var/lib/dbus/machine-id")


@lru_cache(maxsize=1)
def machine() -> str:
    """What tells this machine from others, as long as the process runs."""
    for name in _FILES:
        try:
            with open(name, "rb") as file:  # noqa: PTH123 - every command asks; as bytes no codec is loaded for it
                found = file.read().decode("ascii").strip()
        except (OSError, UnicodeDecodeError):
            continue
        if found:
            return found
    from crmcli.store import disk  # noqa: PLC0415 - only where the system has no id
    from crmcli.store.trust import config_folder  # noqa: PLC0415

    own = config_folder(os.environ) / "machine"
    try:
        if not own.exists():
            _draw(own)
        return disk.read_whole(own).decode("ascii").strip()
    except (OSError, UnicodeDecodeError):  # nothing can be kept there
        import platform  # noqa: PLC0415

        return platform.node()


def _draw(path: Path) -> None:
    """Keep a random id, once and for all: a host's name changes with the network. Of two processes the first counts."""
    import secrets  # noqa: PLC0415

    from crmcli.store import disk  # noqa: PLC0415

    disk.make_folder_durably(path.parent, 0o700)
    neighbour = path.with_name(f".{path.name}.{os.getpid()}")
    disk.remove(neighbour)
    disk.write_new(neighbour, f"{secrets.token_hex(16)}\n".encode(), mode=0o600)
    with suppress(FileExistsError):
        if not disk.link(neighbour, path):
            disk.replace(neighbour, path)
    disk.remove(neighbour)


def place_of(root: Path) -> str:
    """The machine and the real path of a book, as text: what clones and copies differ in."""
    return f"{machine()} {os.fsencode(os.path.realpath(root)).decode('utf-8', 'backslashreplace')}"


def host() -> str:
    """What this machine is called, for people; machines are told apart by `machine`."""
    if hasattr(os, "uname"):
        return os.uname().nodename
    import platform  # noqa: PLC0415 - Windows

    return platform.node()


def is_of_this_machine(noted: str) -> bool:
    """Whether a line that begins with a clone's letters, as `.crm/clone` holds, was written on this machine."""
    return noted.partition(" ")[2].startswith(f"{machine()} ")
