"""What the index noted of a file, to be held against what lies there now."""

from typing import NamedTuple


class Known(NamedTuple):
    """A file as the index knows it: the hint it had, its hash, whether it could not be understood."""

    hint: tuple[int, int, int, int]
    hash: str
    broken: int
