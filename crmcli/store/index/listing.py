"""A folder with what was found of each file, to be compared file by file: only of folders where something changed."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from pathlib import Path

from crmcli.light import NamedTuple
from crmcli.store.index.scan import NOT_TEXT, WIDTH, Folder, Hint, scan_folder

_HALF = 1 << 63


class Listing(NamedTuple):
    """A folder with what was found of each file: names, and beside each four numbers (a hundred bytes a file)."""

    folder: Folder
    inside: list[str]
    names: list[str]
    numbers: array[int]

    def hints(self) -> Iterator[Hint]:
        """What was found of each file, in name order."""
        names, numbers = self.names, self.numbers
        for place in self._order():
            size, mtime, ctime, inode = numbers[4 * place : 4 * place + 4]
            yield names[place], size, mtime, ctime, inode

    def _order(self) -> list[int]:
        names, sizes = self.names, self.numbers[::4]
        if NOT_TEXT not in sizes:
            return sorted(range(len(names)), key=names.__getitem__)
        # what is shown of a name that is no text may be the name of another
        return sorted(range(len(names)), key=lambda place: (names[place], sizes[place]))


def list_folder(root: Path, path: str) -> Listing | None:
    """One folder with its files; None when it is not there."""
    names: list[str] = []
    numbers = array("q")

    def keep(flat: list[str | int]) -> None:
        names.extend(flat[::WIDTH])  # type: ignore[arg-type]
        del flat[::WIDTH]
        try:
            numbers.fromlist(flat)  # type: ignore[arg-type]
        except OverflowError:
            numbers.fromlist([_fitted(int(number)) for number in flat])

    found = scan_folder(root, path, keep)
    return Listing(*found, names, numbers) if found else None


def listings(root: Path, top: str) -> Iterator[Listing]:
    """The same of every folder at and below `top`."""
    waiting = [top]
    while waiting:
        found = list_folder(root, waiting.pop())
        if found is not None:
            waiting += found.inside
            yield found


def _fitted(number: int) -> int:
    """What SQLite can hold of a number that is greater, as inodes of some network drives are."""
    return (number + _HALF) % (2 * _HALF) - _HALF
