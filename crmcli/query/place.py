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


def of_name(at: Place, name: str) -> Place:
    """The place of a name within the path that begins at `at`; `at` itself where the path has no such name."""
    from crmcli.query.marks import name_end  # noqa: PLC0415 - only on the way to a refusal

    start = at.column + at.text.startswith("{", at.column)
    while start < len(at.text):
        end = name_end(at.text, start)
        if at.text[start:end] == name:
            return Place(at.text, start)
        if at.text[end : end + 1] != ".":
            break
        start = end + 1
    return at
