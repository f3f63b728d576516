"""Reading a segment piece by piece: that of a large import has a hundred megabytes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

from crmcli.store.index.scan import PLAINLY

if TYPE_CHECKING:
    from hashlib import blake2b

PIECE = 1 << 22
"""Bytes in memory at once; more where a line is longer."""


class SegmentFile:
    """An open segment, read from its beginning up to `most` bytes."""

    def __init__(self, path: str, most: int) -> None:
        self._fd = os.open(path, os.O_RDONLY | PLAINLY)
        self._most = self._left = most
        self.lines = 0
        """How many line ends were read."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)

    def pass_over(self, size: int, state: blake2b) -> bool:
        """Read the first `size` bytes into a hash; False where there are fewer."""
        while size:
            piece = self._read(min(size, PIECE))
            if not piece:
                return False
            state.update(piece)
            self.lines += piece.count(b"\n")
            size -= len(piece)
        return True

    def rewind(self) -> None:
        """Begin again."""
        os.lseek(self._fd, 0, os.SEEK_SET)
        self._left = self._most
        self.lines = 0

    def pieces(self) -> Iterator[bytes]:
        """Whole lines from here on, many at a time; a last line without newline is not there yet."""
        held: list[bytes] = []
        while piece := self._read(PIECE):
            end = piece.rfind(b"\n") + 1
            if not end:
                held.append(piece)
                continue
            whole = b"".join([*held, piece[:end]])
            held = [piece[end:]]
            yield whole
            self.lines += whole.count(b"\n")

    def goes_on(self) -> bool:
        """Whether there is more than what may be read, once all of that was."""
        return not self._left and bool(os.read(self._fd, 1))

    def _read(self, size: int) -> bytes:
        piece = os.read(self._fd, min(size, self._left))
        self._left -= len(piece)
        return piece
