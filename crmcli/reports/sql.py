"""`crm sql`: the index asked in SQL, which changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.reports.cells import Form
from crmcli.reports.table import Column, Table
from crmcli.store.index.ask import ask

if TYPE_CHECKING:
    from crmcli.store.book import Book

AS_IS = Form(script=str)
NUMBERS = Form(script=str, right=True)


def answer_sql(book: Book, text: str) -> Table:
    """Ask and return a table; raises `SqlRefusedError` for anything but one reading statement."""
    names, rows = ask(book.index, text)
    columns = [
        Column(name, name, NUMBERS if any(isinstance(row[place], int | float) for row in rows) else AS_IS)
        for place, name in enumerate(names)
    ]
    return Table(tuple(columns), rows, found=len(rows), key="id" if "id" in names else "")
