"""Expressions that stand in files: an error says the file, and the place within the expression."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from crmcli.query.failures import QueryError
from crmcli.query.place import Place

if TYPE_CHECKING:
    from collections.abc import Iterator


class FileExpressionError(QueryError):
    """An expression in a file that cannot be read or does not fit."""

    def __init__(self, error: QueryError, path: str) -> None:
        super().__init__(
            f"{path}: {error.sentence}",
            Place(error.text, error.column),
            hint=error.hint,
            expected=error.expected,
            nearest=error.nearest,
        )


@contextmanager
def in_file(path: str) -> Iterator[None]:
    """Let errors of expressions inside say that the expression stands in this file."""
    try:
        yield
    except FileExpressionError:
        raise
    except QueryError as error:
        raise FileExpressionError(error, path) from None
