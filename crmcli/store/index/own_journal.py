"""What this process knows of the journal because it looked, and then wrote it itself.

Every op asks under the lock whether anybody else wrote. As long as the hints of all files are those this process left,
nobody did; and what it appended it need not read again, however long the segment is. The index itself goes on to hold
what was written within the clock's tick for suspicious: the next look of any process reads it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.light import NamedTuple
from crmcli.store.index.scan import Hint
from crmcli.store.layout import JOURNAL

if TYPE_CHECKING:
    from hashlib import blake2b

Hints = dict[str, frozenset[Hint]]
"""The hints of the files in each of the journal's folders."""


class Tail(NamedTuple):
    """A segment as it was hashed: its length, and the hash to go on with."""

    path: str
    size: int
    state: blake2b


class Appended(NamedTuple):
    """What an op appended to a segment: its path, the length before, the bytes."""

    path: str
    start: int
    content: bytes


class OwnJournal:
    """The journal as this process left it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._left: Hints | None = None
        self.tail: Tail | None = None

    def look(self) -> Hints:
        """The hints of everything in the journal now."""
        from crmcli.store.index.listing import listings  # noqa: PLC0415 - only writes

        return {found.folder.path: frozenset(found.hints()) for found in listings(self._root, JOURNAL)}

    def is_as_left(self, found: Hints) -> bool:
        """Whether nobody else wrote to it."""
        return self._left == found

    def leave(self, found: Hints) -> None:
        """Note that everything found is in the index."""
        if self._left != found:
            self._left = found
            self.tail = None

    def forget(self) -> None:
        """Know nothing any more."""
        self._left = self.tail = None

    def append(self, tail: Tail | None) -> None:
        """Note that a segment was appended to, and is in the index; `tail` says what it is now."""
        if tail is None or self._left is None:
            self.forget()
            return
        from crmcli.store.index.listing import list_folder  # noqa: PLC0415

        folder = tail.path.rpartition("/")[0]
        found = list_folder(self._root, folder)
        hints = frozenset(found.hints()) if found else frozenset()
        others = hints ^ self._left.get(folder, frozenset())
        if any(f"{folder}/{hint[0]}" != tail.path for hint in others):
            self.forget()  # somebody else's file came, went or changed
            return
        self._left[folder] = hints
        self.tail = tail
