"""Expressions that stand in files: an error says the file, the line, and the place within the expression."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from crmcli.query.failures import QueryError
from crmcli.query.place import Place

if TYPE_CHECKING:
    from collections.abc import Iterator


class FileExpressionError(QueryError):
    """An expression in a file that cannot be read or does not fit; `path` and `line` (0 when unknown) say where."""

    def __init__(self, error: QueryError, path: str, line: int) -> None:
        where = f"{path}:{line}" if line else path
        super().__init__(
            f"{where}: {error.sentence}",
            Place(error.text, error.column),
            hint=error.hint,
            expected=error.expected,
            nearest=error.nearest,
        )
        self.path = path
        self.line = line


@contextmanager
def in_file(path: str, line: int = 0) -> Iterator[None]:
    """Let errors of expressions inside say that the expression stands in this file."""
    try:
        yield
    except FileExpressionError:
        raise
    except QueryError as error:
        raise (FileExpressionError(error, path, line) if path else error) from None
