"""Record files, segments and rates: what could not be read, and values their fields cannot hold."""

from __future__ import annotations

from crmcli.model.problem import Problem
from crmcli.store.book import Book


def find_problems(book: Book) -> list[Problem]:
    """The problems met while the index read the files."""
    rows = book.index.rows(
        'SELECT code, path, line, message, remedy, "column", severity FROM problems ORDER BY path, line, code'
    )
    return [Problem(*row) for row in rows]
