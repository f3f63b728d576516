"""Which machines write in this folder: `.crm/clone`, a line for each, the one that wrote last first.

A line is the clone's five letters, a blank, machine and path (`machine.place_of`), a tab, and what the machine is called.
A folder that was copied, moved or unpacked elsewhere finds no line of its own there and draws new letters. Of two
machines that share one folder each keeps its letters, and so its segments: no two ever append to the same one.
"""

from __future__ import annotations

import random
from pathlib import Path

from crmcli.light import NamedTuple
from crmcli.model.ids import ALPHABET, letters
from crmcli.store import disk, machine

FILE, ME = "clone", "me"
LETTERS = 5
_MOST = 8
"""Lines that are kept."""


class Holder(NamedTuple):
    """A place from which this folder was written: the clone's letters, machine and path, the machine's name for people."""

    letters: str
    place: str
    host: str

    @property
    def is_here(self) -> bool:
        """Whether that was this machine, under whatever path."""
        return self.place.startswith(f"{machine.machine()} ")


def holders(state: Path) -> list[Holder]:
    """Who wrote here, the last one first; [] when nobody did."""
    try:
        lines = disk.read_whole(state / FILE).decode().splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    return [found for line in lines if (found := _holder(line)) is not None]


def letters_here(root: Path, state: Path) -> str:
    """The letters under which this place writes, "" while it has not written; for those who only read."""
    here = _place(root)
    return next((holder.letters for holder in holders(state) if holder.place == here), "")


def take(root: Path, state: Path, source: random.Random) -> str:
    """Note that this place writes now; under the lock. Returns its letters, which it keeps, or draws where it has none."""
    found, here = holders(state), _place(root)
    if found and found[0].place == here:
        return found[0].letters
    own = next((holder for holder in found if holder.place == here), None)
    now = Holder(own.letters if own else letters(source, LETTERS), here, machine.host())
    disk.make_folder(state)
    _change_me(state, found[0] if found else None, own)
    lines = [now, *(holder for holder in found if holder is not own)][:_MOST]
    disk.write_atomic(state / FILE, "".join(f"{a} {b}\t{c}\n" for a, b, c in lines).encode())
    return now.letters


def other_machine(state: Path) -> Holder | None:
    """Who wrote last, if that was another machine."""
    found = holders(state)
    return None if not found or found[0].is_here else found[0]


def _change_me(state: Path, last: Holder | None, own: Holder | None) -> None:
    """Who works on another machine is put away for it, and who works on this one taken out again.

    A `me` that lies there without a line of this machine came with a copy, and must not count because one is written now.
    """
    me = state / ME
    if last is None:
        disk.remove(me)
    elif not last.is_here and me.exists():
        disk.replace(me, state / f"{ME}.{last.letters}")
    if own is not None and (kept := state / f"{ME}.{own.letters}").exists():
        disk.replace(kept, me)


def _place(root: Path) -> str:
    """Machine and path, in one line."""
    return machine.place_of(root).translate(
        {ord(c): f"\\x{ord(c):02x}" for c in "\t\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029"}
    )


def _holder(line: str) -> Holder | None:
    place, tab, host = line.rpartition("\t")
    place = place if tab else line  # it did not always name the machine
    own, _, where = place.partition(" ")
    if len(own) != LETTERS or not set(own) <= set(ALPHABET) or not where:
        return None
    plain = host.isascii() and host.replace("-", "").replace(".", "").isalnum() and len(host) < 64
    return Holder(own, where, host if plain else "another machine")
