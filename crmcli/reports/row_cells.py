"""A field of rows as the cell of a list: `3 lines` for people, objects with typed values in JSON, the rows as written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmcli.model.types.row import column_named
from crmcli.query.sql import column
from crmcli.query.value_sql import ValueSql
from crmcli.reports.cells import Cell, Form
from crmcli.reports.forms import json_of_stored
from crmcli.text.flow import parse_flow_map
from crmcli.text.phrases import is_chinese
from crmcli.text.plain_json import loads

if TYPE_CHECKING:
    from crmcli.model.schema import Field, RecordType
    from crmcli.store.book import Book


def rows_value(field: Field) -> ValueSql:
    """The column of a record's table that holds the rows of a field as written, a JSON array."""
    text = column("r", field.name)
    return ValueSql(text, family="none", label=field.name, field=field, many=True, raw=(text,))


def rows_form(book: Book, field: Field) -> Form:
    """How cells of `rows_value` read."""
    row_type = book.setup.types[field.type]

    def written(cell: Cell) -> str:
        return ", ".join(loads(cell))

    def objects(cell: Cell) -> list[object]:
        return [row_object(book, row_type, row) for row in loads(cell)]

    def counted(cell: Cell) -> str:
        number = len(loads(cell))
        if is_chinese(book.setup.config.language):
            return f"{number} 行"
        return f"{number} {row_type.name if number == 1 else row_type.plural}"

    return Form(written, objects, counted)


def row_object(book: Book, row_type: RecordType, row: str) -> object:
    """A row as a JSON object: every stored column by name, values as in lists; what is no row as it stands."""
    cells = parse_flow_map(row)
    if cells is None:
        return row
    found: dict[str, object] = {field.name: None for field in row_type.fields.values() if not field.calc}
    for name, value in cells.items():
        known = column_named(row_type.fields, name)
        found[known.name if known else name] = json_of_stored(value, known, book.context) if known else value
    return found
