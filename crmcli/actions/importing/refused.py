"""Why a row is not taken: a verdict about data, carried to whoever counts the rows."""

from __future__ import annotations


class RowRefused(ValueError):  # noqa: N818 - a verdict about a row, not a failure
    """A row that cannot become a record: the column it lies in ("" for the row as a whole), and why."""

    def __init__(self, column: str, why: str) -> None:
        super().__init__(why)
        self.column = column
        self.why = why
