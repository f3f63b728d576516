"""File fields that name files which are not there."""

from __future__ import annotations

from crmcli.model.problem import Problem
from crmcli.model.schema import Field, RecordType
from crmcli.store.book import Book

_FILES = ("file", "image")


def find_problems(book: Book) -> list[Problem]:
    """Every file that a record names and that is missing under files/."""
    found: list[Problem] = []
    for record_type in book.setup.types.values():
        fields = [f for f in record_type.fields.values() if f.type in _FILES and not record_type.embedded]
        found += [problem for field in fields for problem in _missing(book, record_type, field)]
    return found


def _missing(book: Book, record_type: RecordType, field: Field) -> list[Problem]:
    table, column = f'"rec_{record_type.plural}"', f'"{field.name}"'
    if field.many:
        text = f"""SELECT r."_path", i.value FROM items i JOIN {table} r ON r.id = i.id
        WHERE i."type" = '{record_type.plural}' AND i.field = '{field.name}' ORDER BY 1, 2"""
    else:
        text = f'SELECT "_path", {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY 1'
    return [
        Problem(
            "file-missing",
            str(path),
            0,
            f"{field.name}: there is no {name}",
            "put the file back, or take it out of the field",
        )
        for path, name in book.index.rows(text)
        if not (book.root / str(name)).is_file()
    ]
