"""The columns that say by which commit of git an event came, and whose it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.reports.cells import Form
from crmcli.reports.table import Column, Table
from crmcli.text.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crmcli.model.event import Event
    from crmcli.store.book import Book

SHORT_COMMIT = 10
COMMIT = Form(show=lambda value: value[:SHORT_COMMIT])
"""str, the full name; people see its beginning"""


def with_commits(book: Book, table: Table, events: Sequence[Event | None], *, people: bool) -> Table:
    """The table with a commit and its author beside each row; empty where an event is not committed, or there is none."""
    from crmcli.store.commits import commits_of  # noqa: PLC0415 - it starts git

    found = commits_of(book, [event.id for event in events if event])
    labels = ("Commit", "Author")
    if people:
        labels = (phrase(book.setup.config.language, "Commit"), phrase(book.setup.config.language, "Author"))
    columns = (Column("commit", labels[0], COMMIT), Column("author", labels[1]))
    told = (found.get(event.id) if event else None for event in events)
    rows = [
        [*row, commit.name if commit else None, commit.author if commit else None]
        for row, commit in zip(table.rows, told, strict=True)
    ]
    return table._replace(columns=(*table.columns, *columns), rows=rows)
