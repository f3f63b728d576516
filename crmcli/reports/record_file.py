"""A record as scripts read it: its file as it stands, or its fields as rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmcli.model.record import Ref
from crmcli.reports.history import VALUE
from crmcli.reports.table import Column, Table

if TYPE_CHECKING:
    from crmcli.reports.cells import Cell
    from crmcli.store.book import Book


def record_text(book: Book, ref: Ref) -> str:
    """The text of the record's file, broken or not; bytes that are no UTF-8 come as backslash escapes."""
    return book.record_bytes(ref).decode("utf-8", "backslashreplace")


def field_table(book: Book, refs: Sequence[Ref]) -> Table:
    """One row per filled field, values as stored; raises `BrokenRecordError` (exit 6)."""
    rows: list[list[Cell]] = []
    owners: list[str] = []
    for ref in refs:
        for name, value in book.read_record(ref).fields.items():
            rows.append([ref.id, name, value])
            owners.append(str(ref))
    columns = (Column("id", "Id"), Column("field", "Field"), Column("value", "Value", VALUE))
    return Table(columns, rows, found=len(rows), refs=owners)
