"""Where something stands in the text a person typed."""

from __future__ import annotations


class Place:
    """A text and a column in it, counted from 0.

    All places are equal: where a thing stands is no part of what it says, so trees compare by meaning.
    """

    __slots__ = ("column", "text")

    def __init__(self, text: str, column: int) -> None:
        self.text = text
        self.column = column

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Place)

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return f"@{self.column}"


NOWHERE = Place("", 0)
